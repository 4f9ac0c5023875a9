using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Export;
using Retort.Imaging;
using Retort.Layouts;
using Retort.OnnxRuntime.Tests.Support;
using Retort.Tests;

namespace Retort.OnnxRuntime.Tests.Export;

/// <summary>The verb <c>export</c> and the samples that use what it writes, each as a program of its own.</summary>
public sealed class ExportVerbTests : IDisposable
{
    private const string Cli = "src/Retort.Cli";

    private static readonly string Library = Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "onnxruntime.dll" : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so");

    private readonly TemporaryFolder _folder = new();
    private readonly SmallDetector _detector = new("stfpm");

    private string Model => Path.Combine(_folder.Path, "part.retort");

    private string Onnx => Path.Combine(_folder.Path, "part.onnx");

    public void Dispose()
    {
        _detector.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_exported_is_checked_and_the_CSharp_sample_runs_it()
    {
        _detector.File.Write(Model);
        string json = Path.Combine(_folder.Path, "export.json");
        Program export = Program.OfCheckout(Cli, Library, "export", "--model", Model, "--onnx", Onnx, "--json", json);
        Assert.Equal((0, ""), (export.Code, export.Error));
        Assert.Contains("self-test   passed in ONNX Runtime 1.", export.Out, StringComparison.Ordinal);
        JsonNode written = JsonNode.Parse(File.ReadAllText(json))!;
        Assert.Equal(new FileInfo(Onnx).Length, (long)written["bytes"]!);
        Assert.InRange((float)written["map_difference"]!, 0, (float)written["tolerance"]!);
        Assert.StartsWith("ONNX Runtime 1.", (string)written["checked_by"]!, StringComparison.Ordinal);
        Assert.Equal(["export.json", "part.onnx", "part.retort"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());

        string[] pictures = [.. _detector.Pictures.Select(WritePpm)];
        Program sample = Program.OfCheckout("samples/OnnxConsumer", "", [Onnx, .. pictures]);
        AssertInspected(sample, pictures);
    }

    [PythonFact]
    public void The_Python_sample_runs_it()
    {
        OnnxDetector.Write(_detector.File, Onnx);
        string[] pictures = [.. _detector.Pictures.Select(WritePpm)];
        AssertInspected(Program.Run(PythonFactAttribute.Python, "", [Path.Combine(Program.Root, "samples", "onnx_consumer.py"), Onnx, .. pictures]), pictures);
    }

    [Fact]
    public void Without_ONNX_Runtime_it_says_that_nothing_was_checked()
    {
        _detector.File.Write(Model);
        Program export = Program.OfCheckout(Cli, "", "export", "--model", Model, "--onnx", Onnx);
        Assert.Equal((0, ""), (export.Code, export.Error));
        Assert.Contains("self-test   not run: there is no ONNX Runtime 1.31 or newer here", export.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Onnx));
    }

    [Fact]
    public void A_model_that_fails_the_self_test_is_not_kept()
    {
        SelfTest selfTest = _detector.File.SelfTest;
        (_detector.File with { SelfTest = selfTest with { Map = [.. selfTest.Map.Select(v => v + 0.1f)] } }).Write(Model);
        File.WriteAllText(Onnx, "older");
        Program export = Program.OfCheckout(Cli, Library, "export", "--model", Model, "--onnx", Onnx);
        Assert.Equal((1, ""), (export.Code, export.Out));
        Assert.Matches($"^retort: .*part.onnx: in ONNX Runtime 1.* the model's map differs by 0.1 from the detector's own, more than the allowed .*; it was not kept: report this.\\s*$", export.Error);
        Assert.Equal("older", File.ReadAllText(Onnx));
        Assert.Equal(["part.onnx", "part.retort"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_detector_that_cuts_pictures_into_tiles_is_refused()
    {
        DetectorInfo tiled = _detector.File.Info with { Layout = new PictureLayout { Tiling = new Tiling(64, 16) } };
        RetortException e = Assert.Throws<RetortException>(() => OnnxDetector.Write(_detector.File with { Info = tiled }, Onnx));
        Assert.Equal(
            $"{Onnx}: an ONNX model inspects whole pictures, but this detector cuts them into tiles or leaves parts out; export one that was trained without --tile, --roi and --ignore-mask.",
            e.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_library_that_is_none_is_named()
    {
        _detector.File.Write(Model);
        Program export = Program.OfCheckout(Cli, Model, "export", "--model", Model, "--onnx", Onnx);
        Assert.Equal(
            (1, $"retort: RETORT_ONNXRUNTIME={Model}: this is not a library that can be loaded; give the path of ONNX Runtime's, or an empty one to go without."),
            (export.Code, export.Error.TrimEnd()));
        Assert.False(File.Exists(Onnx));
    }

    private string WritePpm(RgbImage picture, int index)
    {
        string path = Path.Combine(_folder.Path, $"{index}.ppm");
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes($"P6\n{picture.Width} {picture.Height}\n255\n"), .. picture.Pixels]);
        return path;
    }

    private void AssertInspected(Program sample, string[] pictures)
    {
        Assert.Equal((0, ""), (sample.Code, sample.Error));
        string[] lines = sample.Out.TrimEnd().Split('\n');
        Assert.StartsWith("self-test passed: ", lines[0], StringComparison.Ordinal);
        for (int i = 0; i < pictures.Length; i++)
        {
            Inspection expected = _detector.Inspections[i];
            string beginning = $"{pictures[i]}: {expected.Verdict.ToString().ToLowerInvariant()}, score ";
            Assert.StartsWith(beginning, lines[i + 1], StringComparison.Ordinal);

            // Four digits are shown.
            Assert.Equal(expected.Score, float.Parse(lines[i + 1][beginning.Length..].Split(',')[0], CultureInfo.InvariantCulture), 1e-3f * expected.Score);
        }
    }
}
