using System.Text;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Fuzzing;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Layouts;

public sealed class LayoutFuzzTests : IDisposable
{
    private const string Damage = "the layout is damaged";

    private static readonly RgbImage Picture = SyntheticParts.Part(1, defective: true);

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly PictureLayout _layout;
    private readonly byte[] _mask;

    public LayoutFuzzTests()
    {
        _path = Path.Combine(_folder.Path, "detector.retort");
        SampleDetector.Create().Write(_path);
        string mask = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(mask, new GreyImage(3, 2, [0, 255, 0, 0, 0, 255]));
        _mask = File.ReadAllBytes(mask);
        _layout = new PictureLayout { Tiling = new Tiling(16, 4), Region = new RegionOfInterest(1, 2, 20, 18), Ignore = IgnoreMask.Load(mask) };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_layouts_are_read_and_used_or_refused_and_nothing_else()
    {
        byte[] text = Encoding.UTF8.GetBytes(_layout.ToJson().ToJsonString());
        byte[] withoutTiles = Encoding.UTF8.GetBytes((_layout with { Tiling = null }).ToJson().ToJsonString());
        string[] words = ["null", "-1", "1e999", "0", "2147483647", "8192", "4294967296", "[]", "{}", "\"\"", "true", ",", "\"tile\":16,", "\\ud800"];
        (int refused, int inputs) = Fuzz.Run<RetortException>("layouts", 300, [text, withoutTiles], bytes => Use(JsonFields.Parse(bytes) ?? throw new RetortException(Damage + ".")), "", words);
        Assert.InRange(refused, inputs / 10, inputs);
    }

    [Fact]
    public void Damaged_masks_of_layouts_are_read_and_used_or_refused_and_nothing_else()
    {
        (int refused, int inputs) = Fuzz.Run<RetortException>("masks of layouts", 300, [_mask], bytes => Use(With(bytes)), "", ["IHDR", "IDAT", "IEND"]);
        Assert.InRange(refused, inputs / 10, inputs);

        JsonObject With(byte[] mask)
        {
            JsonObject json = _layout.ToJson();
            json["ignore"] = Convert.ToBase64String(mask);
            return json;
        }
    }

    private void Use(JsonObject json)
    {
        PictureLayout layout = PictureLayout.FromJson(new JsonFields(json, Damaged), Damaged);
        using Detector detector = Detector.Load(_path, threads: 1, layout: layout);
        try
        {
            Assert.True(float.IsFinite(detector.Inspect(Picture).Score));
        }
        catch (ImageException refusal)
        {
            // A region may lie beside the picture, and a mask hide all of it.
            throw new RetortException(refusal.Message);
        }
    }

    private static RetortException Damaged(string what) => new($"{Damage}: {what}.");
}
