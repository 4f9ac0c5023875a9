using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

/// <summary>Tiles, regions of interest and masks on the command line.</summary>
public sealed class LayoutOptionsTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public LayoutOptionsTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        for (int i = 0; i < 10; i++)
        {
            SyntheticParts.Save(_command.Path($"parts/{i:000}.png"), Sheet(i));
        }
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void A_detector_of_tiles_is_trained_shown_and_used_without_further_options()
    {
        CommandResult trained = _command.Train("--steps", "20,20", "--tile", "32", "--tile-overlap", "0.25", "--tiles", "50", "--roi", "0,0,100,60");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Contains("trained on 50 tiles of 9 pictures in", trained.Out, StringComparison.Ordinal);
        PictureLayout layout = DetectorFile.ReadInfo(_command.Model).Layout;
        Assert.Equal((new Tiling(32, 8), "0,0,100,60"), (layout.Tiling, layout.Region!.ToString()));
        string info = CommandLine.Run("info", "--model", _command.Model).Out;
        Assert.Contains("tiles       32 x 32 pixels of the picture, overlapping by 8", info, StringComparison.Ordinal);
        Assert.Contains("region      100 x 60 pixels from 0, 0; nothing beside it counts", info, StringComparison.Ordinal);
        Assert.Contains("50 tiles of 9 pictures, 1 held back", info, StringComparison.Ordinal);

        RgbImage sheet = Sheet(99);
        Paint(sheet, 110, 70);
        SyntheticParts.Save(_command.Path("new/a.png"), sheet);
        Paint(sheet, 40, 30);
        SyntheticParts.Save(_command.Path("new/b.png"), sheet);
        CommandResult inspected = CommandLine.Run("inspect", "--model", _command.Model, _command.Path("new"), "--out", _command.Path("out"), "--json", _command.Path("found.json"));
        Assert.Equal((0, ""), (inspected.Code, inspected.Error));
        JsonArray pictures = JsonNode.Parse(File.ReadAllText(_command.Path("found.json")))!["pictures"]!.AsArray();

        // What lies beside the region changes nothing.
        Assert.True((double)pictures[0]!["score"]! < (double)pictures[1]!["score"]! / 3);
        Assert.Equal("anomalous", (string)pictures[1]!["verdict"]!);
        Assert.InRange((int)pictures[1]!["regions"]![0]!["x"]!, 38, 41);
        Assert.InRange((int)pictures[1]!["regions"]![0]!["y"]!, 28, 31);

        // Two pixels of the picture are one of the map.
        Assert.Equal([40, 60], NpyFile.Read(_command.Path("out/b.npy")).Shape);
        Assert.Equal((120 * 3) + 8, ImageFile.Decode(_command.Path("out/b.jpg")).Width);

        // Elsewhere for once.
        Assert.True(Score("new/a.png", "--roi", "100,60,20,20") > 3 * (double)pictures[0]!["score"]!);
        CommandResult tiles = CommandLine.Run("inspect", "--model", _command.Model, _command.Path("new/a.png"), "--tile", "64");
        Assert.StartsWith($"warning: --tile: the thresholds of {_command.Model} were set on tiles of 32 pixels and may not fit these tiles.", tiles.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_hides_at_training_and_at_inspection()
    {
        string mask = _command.Path("mask.png");
        ImageFile.WritePng(mask, new GreyImage(2, 1, [0, 255]));
        Assert.Equal(0, _command.Train("--steps", "20,20", "--ignore-mask", mask).Code);
        Assert.Contains("ignored     what a mask of 2 x 1 pixels hides", CommandLine.Run("info", "--model", _command.Model).Out, StringComparison.Ordinal);
        RgbImage sheet = Sheet(99);
        Paint(sheet, 90, 30);
        SyntheticParts.Save(_command.Path("a.png"), sheet);
        double hidden = Score("a.png");
        ImageFile.WritePng(mask, new GreyImage(2, 1, [255, 0]));
        Assert.True(Score("a.png", "--ignore-mask", mask) > 3 * hidden);
    }

    [Theory]
    [InlineData("--tile 8: not a whole number from 16 to 8192; give one of these.", "--tile", "8")]
    [InlineData("--tile-overlap 5: there are no tiles to overlap; give --tile too.", "--tile-overlap", "5")]
    [InlineData("--tile-overlap 0.6: not pixels up to half a tile (32), nor a share up to 0.5; give one, for instance --tile-overlap 0.25.", "--tile", "64", "--tile-overlap", "0.6")]
    [InlineData("--tile-overlap 33: not pixels up to half a tile (32), nor a share up to 0.5; give one, for instance --tile-overlap 0.25.", "--tile", "64", "--tile-overlap", "33")]
    [InlineData("--tile-overlap x: not pixels up to half a tile (32), nor a share up to 0.5; give one, for instance --tile-overlap 0.25.", "--tile", "64", "--tile-overlap", "x")]
    [InlineData("--tiles 5: pictures are not cut into tiles; give --tile too.", "--tiles", "5")]
    [InlineData("--roi 1,2,3: not four whole numbers for left, top, width and height, the latter two at least 1; give them, for instance --roi 100,50,800,600.", "--roi", "1,2,3")]
    [InlineData("--roi 1,2,3,0: not four whole numbers for left, top, width and height, the latter two at least 1; give them, for instance --roi 100,50,800,600.", "--roi", "1,2,3,0")]
    [InlineData("--roi 1,-2,3,4: not four whole numbers for left, top, width and height, the latter two at least 1; give them, for instance --roi 100,50,800,600.", "--roi", "1,-2,3,4")]
    public void Wrong_layouts_are_named(string message, params string[] options)
    {
        CommandResult result = _command.Train(options);
        Assert.Equal((2, $"retort: {message} (see retort train --help)"), (result.Code, result.LastError));
    }

    private double Score(string picture, params string[] options)
    {
        CommandResult result = CommandLine.Run(["inspect", "--model", _command.Model, _command.Path(picture), "--json", _command.Path("score.json"), .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return (double)JsonNode.Parse(File.ReadAllText(_command.Path("score.json")))!["pictures"]![0]!["score"]!;
    }

    private static RgbImage Sheet(int seed)
    {
        var random = new Random(seed);
        var sheet = new RgbImage(120, 80);
        for (int i = 0; i < sheet.Pixels.Length; i++)
        {
            sheet.Pixels[i] = (byte)(110 + random.Next(12));
        }

        return sheet;
    }

    private static void Paint(RgbImage sheet, int left, int top)
    {
        for (int y = top; y < top + 8; y++)
        {
            sheet.Pixels.AsSpan(((y * 120) + left) * 3, 8 * 3).Fill(250);
        }
    }
}
