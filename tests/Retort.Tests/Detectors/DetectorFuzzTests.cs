using Retort.Detectors;
using Retort.Fuzzing;
using Retort.Imaging;
using Retort.Layouts;

namespace Retort.Tests.Detectors;

public sealed class DetectorFuzzTests : IDisposable
{
    private const string Head = "detector.json", Weights = "weights.safetensors", SelfTestPart = "selftest.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _file;

    public DetectorFuzzTests()
    {
        _path = Path.Combine(_folder.Path, "a.retort");
        string mask = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(mask, new GreyImage(3, 2, [0, 255, 0, 0, 0, 255]));
        DetectorFile file = SampleDetector.Create();
        var layout = new PictureLayout { Tiling = new Tiling(64, 16), Region = new RegionOfInterest(1, 2, 30, 40), Ignore = IgnoreMask.Load(mask) };
        (file with { Info = file.Info with { Layout = layout } }).Write(_path);
        _file = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        (int refused, int inputs) = Fuzz.Run<RetortException>("detectors", 300, [_file], Read, _path);
        Assert.InRange(refused, inputs / 2, inputs);
    }

    // A file may be whole and say nonsense all the same: a forger knows checksums too.
    [Theory]
    [InlineData(Head)]
    [InlineData(Weights)]
    [InlineData(SelfTestPart)]
    public void Damaged_parts_with_fitting_checksums_are_read_or_refused_and_nothing_else(string part)
    {
        var archive = new ArchiveParts(_file, Head);
        string[] words = ["null", "-1", "1e999", "NaN", "4294967296", "[]", "{}", "\"\"", "true", ",", "\"size\":0,", "\\ud800"];
        (int refused, int inputs) = Fuzz.Run<RetortException>($"detectors' {part}", 300, [archive[part]], bytes => Read(archive.With(part, bytes)), _path, words);
        Assert.InRange(refused, inputs / 10, inputs);
    }

    private void Read(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        using Detector detector = Detector.Load(_path, threads: 1);
        detector.Score(new byte[detector.Size * detector.Size * 3], new float[detector.Size * detector.Size]);
    }
}
