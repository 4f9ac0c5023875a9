using System.CommandLine;
using System.Globalization;
using Retort.Layouts;

namespace Retort.Cli;

/// <summary>The options that say what of a picture is looked at, and in which pieces.</summary>
internal sealed class LayoutOptions
{
    private const string OverlapName = "--tile-overlap";
    private const string RegionName = "--roi";

    private readonly Option<int?> _tile;
    private readonly Option<string?> _overlap;
    private readonly Option<RegionOfInterest?> _region;
    private readonly Option<string?> _ignore;

    /// <summary>Makes the options.</summary>
    /// <param name="otherwise">What holds without them, after a comma; nothing for the whole picture.</param>
    public LayoutOptions(string otherwise = "")
    {
        _tile = CommonOptions.OptionalWhole("--tile", Tiling.ShortestSide, Tiling.LongestSide, $"Cut pictures into square tiles of so many pixels, each of which is resized to the input{otherwise}.");
        _overlap = CommonOptions.Text(OverlapName, "PX|SHARE", $"By how much tiles overlap: pixels, or below 1 a share of their side{(otherwise.Length > 0 ? otherwise : $"; {Tiling.DefaultOverlap} unless given")}.");
        _region = RegionOption(otherwise);
        _ignore = CommonOptions.Text("--ignore-mask", "FILE", $"A picture that is stretched over every other: what lies under white does not count{otherwise}.");
    }

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_tile);
        verb.Add(_overlap);
        verb.Add(_region);
        verb.Add(_ignore);
    }

    /// <summary>Whether any was given.</summary>
    public bool AreGiven(ParseResult parsed) =>
        parsed.GetValue(_tile) is not null || parsed.GetValue(_overlap) is not null || parsed.GetValue(_region) is not null || parsed.GetValue(_ignore) is not null;

    /// <summary>The layout they come to.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="otherwise">What holds where nothing was given.</param>
    /// <exception cref="UsageException">The overlap is none, or there are no tiles to overlap.</exception>
    /// <exception cref="RetortException">The mask ignores nothing or everything.</exception>
    /// <exception cref="Imaging.ImageException">The mask cannot be read.</exception>
    public PictureLayout Read(ParseResult parsed, PictureLayout otherwise) => new()
    {
        Tiling = ReadTiling(parsed.GetValue(_tile), parsed.GetValue(_overlap), otherwise.Tiling),
        Region = parsed.GetValue(_region) ?? otherwise.Region,
        Ignore = parsed.GetValue(_ignore) is { } mask ? IgnoreMask.Load(mask) : otherwise.Ignore,
    };

    private static Tiling? ReadTiling(int? side, string? overlap, Tiling? otherwise)
    {
        if ((side ?? otherwise?.Side) is not { } tile)
        {
            return overlap is null ? null : throw new UsageException($"{OverlapName} {overlap}: there are no tiles to overlap; give --tile too.");
        }

        return overlap is not null ? new Tiling(tile, ReadOverlap(overlap, tile))
            : side is null ? otherwise
            : new Tiling(tile, (int)(tile * Tiling.DefaultOverlap));
    }

    private static int ReadOverlap(string text, int tile)
    {
        bool isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double pixels = number < 1 ? Math.Round(number * tile) : number;
        return isNumber && pixels <= tile / 2 && pixels == Math.Floor(pixels)
            ? (int)pixels
            : throw new UsageException($"{OverlapName} {text}: not pixels up to half a tile ({tile / 2}), nor a share up to 0.5; give one, for instance {OverlapName} {Tiling.DefaultOverlap}.");
    }

    private static Option<RegionOfInterest?> RegionOption(string otherwise) => new(RegionName)
    {
        Description = $"A rectangle in pixels of the pictures: what lies beside it does not count{otherwise}.",
        HelpName = "X,Y,W,H",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split(',');
            var numbers = new int[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                numbers[i] = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
            }

            try
            {
                if (numbers is [var x, var y, var width, var height])
                {
                    return new RegionOfInterest(x, y, width, height);
                }
            }
            catch (ArgumentOutOfRangeException)
            {
                // The same as too few or too many.
            }

            result.AddError($"{RegionName} {text}: not four whole numbers for left, top, width and height, the latter two at least 1; give them, for instance {RegionName} 100,50,800,600.");
            return null;
        },
    };
}
