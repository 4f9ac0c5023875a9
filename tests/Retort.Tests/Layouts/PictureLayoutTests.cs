using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Tests.Detectors;

namespace Retort.Tests.Layouts;

public sealed class PictureLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "detector.retort");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_detector_file_keeps_the_layout()
    {
        string maskPath = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(maskPath, new GreyImage(3, 2, [0, 255, 0, 0, 0, 255]));
        DetectorFile file = SampleDetector.Create();
        var layout = new PictureLayout { Tiling = new Tiling(64, 16), Region = new RegionOfInterest(1, 2, 30, 40), Ignore = IgnoreMask.Load(maskPath) };
        (file with { Info = file.Info with { Layout = layout } }).Write(File);
        PictureLayout read = DetectorFile.ReadInfo(File).Layout;
        Assert.Equal(layout.Tiling, read.Tiling);
        Assert.Equal(layout.Region, read.Region);
        Assert.Equal([false, true, false, false, false, true], Enumerable.Range(0, 6).Select(i => read.Ignore![i % 3, i / 3]));
        Assert.False(read.IsWhole);

        file.Write(File);
        Assert.True(DetectorFile.ReadInfo(File).Layout.IsWhole);
    }

    [Theory]
    [InlineData("\"tile\": 64", "\"tile\": 3")]
    [InlineData("\"overlap\": 16", "\"overlap\": 60")]
    [InlineData("\"width\": 30", "\"width\": 0")]
    [InlineData("\"ignore\": \"", "\"ignore\": \"*")]
    [InlineData("\"ignore\": \"", "\"ignore\": \"AAAA")]
    public void A_layout_that_makes_no_sense_is_damage(string right, string wrong)
    {
        string maskPath = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(maskPath, new GreyImage(2, 1, [0, 255]));
        DetectorFile file = SampleDetector.Create();
        var layout = new PictureLayout { Tiling = new Tiling(64, 16), Region = new RegionOfInterest(1, 2, 30, 40), Ignore = IgnoreMask.Load(maskPath) };
        string json = (file.Info with { Layout = layout }).ToJson().ToJsonString().Replace(":", ": ", StringComparison.Ordinal);
        string changed = json.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(json, changed);
        RetortException failure = Assert.Throws<RetortException>(() =>
            DetectorInfo.FromJson(new JsonFields(JsonFields.Parse(System.Text.Encoding.UTF8.GetBytes(changed))!, text => new RetortException(text)), text => new RetortException(text)));
        Assert.Equal("its layout of tiles, region or mask makes no sense", failure.Message);
    }
}
