using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>What of a picture a detector looks at, and in which pieces. It is stored in the detector, so that inspection needs no options.</summary>
public sealed record PictureLayout
{
    /// <summary>The whole picture in one piece, resized to the detector's input.</summary>
    public static PictureLayout Whole { get; } = new();

    /// <summary>How pictures are cut into tiles; null for one piece.</summary>
    public Tiling? Tiling { get; init; }

    /// <summary>The part of each picture that counts; null for all of it.</summary>
    public RegionOfInterest? Region { get; init; }

    /// <summary>Where pictures do not count, whatever is there; null for nowhere.</summary>
    public IgnoreMask? Ignore { get; init; }

    /// <summary>Whether this is <see cref="Whole"/>.</summary>
    public bool IsWhole => Tiling is null && Region is null && Ignore is null;

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Tiling is { } tiling)
        {
            json["tile"] = tiling.Side;
            json["overlap"] = tiling.Overlap;
        }

        if (Region is { } region)
        {
            json["region"] = new JsonObject { ["x"] = region.X, ["y"] = region.Y, ["width"] = region.Width, ["height"] = region.Height };
        }

        if (Ignore is { } ignore)
        {
            json["ignore"] = ignore.ToText();
        }

        return json;
    }

    internal static PictureLayout FromJson(JsonFields fields, Func<string, RetortException> damaged)
    {
        try
        {
            JsonFields? region = fields.OptionalObject("region");
            string? ignore = fields.OptionalText("ignore");
            return new PictureLayout
            {
                Tiling = fields.Has("tile") ? new Tiling(fields.Whole("tile"), fields.Whole("overlap")) : null,
                Region = region is { } r ? new RegionOfInterest(r.Whole("x"), r.Whole("y"), r.Whole("width"), r.Whole("height")) : null,
                Ignore = ignore is null ? null : IgnoreMask.FromText(ignore),
            };
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or ImageException)
        {
            throw damaged("its layout of tiles, region or mask makes no sense");
        }
    }
}
