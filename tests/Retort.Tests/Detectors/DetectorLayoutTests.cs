using Retort.Detectors;
using Retort.Imaging;
using Retort.Imaging.Tests;
using Retort.Layouts;
using Retort.Networks.Plans;
using Retort.Tests.Layouts;

namespace Retort.Tests.Detectors;

/// <summary>
/// Inspections that do not look at the whole picture in one piece. The sample detector's map is a formula of each pixel alone, so what tiles
/// blend to is known.
/// </summary>
public sealed class DetectorLayoutTests : IDisposable
{
    private const int Size = 16;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100, 70, 0)]
    [InlineData(100, 70, 5)]
    [InlineData(16, 16, 8)]
    [InlineData(17, 200, 4)]
    [InlineData(5, 40, 4)]
    [InlineData(3, 2, 0)]
    public void Tiles_at_native_scale_blend_to_the_map_of_every_pixel(int width, int height, int overlap)
    {
        RgbImage picture = TileCutterTests.Noise(width, height);
        using Detector detector = Create(new PictureLayout { Tiling = new Tiling(Size, overlap) });
        Inspection result = detector.Inspect(picture);
        Assert.Equal((width, height), (result.Map.Width, result.Map.Height));
        float[] expected = Departures(picture);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], result.Map.Values[i], 1e-4f);
        }

        Assert.Equal(expected.Max(), result.Score, 1e-5f);
        Assert.Equal((width, height), (result.Width, result.Height));
    }

    [Fact]
    public void A_defect_is_found_where_it_is_and_counts_however_small_it_is()
    {
        RgbImage picture = Grey(300, 200);
        Paint(picture, 250, 150, 3, 2);
        using Detector detector = Create(new PictureLayout { Tiling = new Tiling(Size, 4) });
        Inspection tiled = detector.Inspect(picture);
        Region region = Assert.Single(tiled.Regions);
        Assert.Equal((250, 150, 3, 2, 6.0), (region.X, region.Y, region.Width, region.Height, region.Area));
        using Detector whole = Create(PictureLayout.Whole);
        Assert.True(whole.Inspect(picture).Score < tiled.Score / 2);
    }

    [Fact]
    public void Tiles_larger_than_the_input_are_resized_to_it()
    {
        RgbImage picture = Grey(256, 128);
        Paint(picture, 200, 40, 16, 16);
        using Detector detector = Create(new PictureLayout { Tiling = new Tiling(64, 16) });
        Inspection result = detector.Inspect(picture);
        Assert.Equal((64, 32), (result.Map.Width, result.Map.Height));
        Region region = Assert.Single(result.Regions);
        Assert.InRange(region.X, 196, 200);
        Assert.InRange(region.Y, 36, 40);
        Assert.InRange(region.X + region.Width, 216, 220);
        Assert.InRange(region.Y + region.Height, 56, 60);
    }

    [Fact]
    public async Task File_stream_and_pixels_give_the_same_in_any_number_of_tiles_at_once()
    {
        RgbImage picture = TileCutterTests.Noise(75, 60);
        string path = Path.Combine(_folder.Path, "a.png");
        ImageFile.WritePng(path, picture);
        DetectorFile file = SampleDetector.Create(Size);
        string model = Path.Combine(_folder.Path, "a.retort");
        var layout = new PictureLayout { Tiling = new Tiling(Size, 4) };
        (file with { Info = file.Info with { Layout = layout } }).Write(model);
        using Detector four = Detector.Load(model, 1);
        using Detector one = Detector.Load(model, 1, MemoryPolicy.Low);
        using FileStream stream = File.OpenRead(path);
        AnomalyMap expected = four.Inspect(picture).Map;
        Assert.Equal(expected.Values, four.Inspect(path).Map.Values);
        Assert.Equal(expected.Values, four.Inspect(stream).Map.Values);
        Assert.Equal(expected.Values, one.Inspect(path).Map.Values);
        Assert.Equal(expected.Values, (await one.InspectAsync(path)).Map.Values);

        using Detector whole = Detector.Load(model, 1, layout: PictureLayout.Whole);
        Assert.Equal((Size, Size), (whole.Inspect(path).Map.Width, whole.Inspect(path).Map.Height));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_lies_beside_the_region_of_interest_changes_nothing(bool tiled)
    {
        var layout = new PictureLayout { Tiling = tiled ? new Tiling(Size, 4) : null, Region = new RegionOfInterest(40, 40, 80, 40) };
        RgbImage picture = Grey(160, 160);
        using Detector detector = Create(layout);
        float quiet = detector.Inspect(picture).Score;
        Paint(picture, 0, 0, 30, 160);
        Inspection beside = detector.Inspect(picture);
        Assert.Equal(quiet, beside.Score);
        Assert.Empty(beside.Regions);
        Assert.Equal(0, beside.Map[0, 0]);

        Paint(picture, 60, 60, 30, 100);
        Inspection within = detector.Inspect(picture);
        Assert.True(within.Score > 2 * quiet);

        // To the lower edge of the region.
        Region region = Assert.Single(within.Regions);
        Assert.Equal((60, 60, 30, 20), (region.X, region.Y, region.Width, region.Height));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_mask_hides_changes_nothing(bool tiled)
    {
        string path = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(path, new GreyImage(2, 2, [255, 0, 0, 0]));
        RgbImage picture = Grey(160, 160);
        using Detector detector = Create(new PictureLayout { Tiling = tiled ? new Tiling(Size, 4) : null, Ignore = IgnoreMask.Load(path) });
        float quiet = detector.Inspect(picture).Score;
        Paint(picture, 10, 10, 60, 60);
        Inspection hidden = detector.Inspect(picture);
        Assert.Equal(quiet, hidden.Score);
        Assert.Empty(hidden.Regions);
        Paint(picture, 90, 10, 20, 20);
        Inspection seen = detector.Inspect(picture);
        Assert.True(seen.Score > 2 * quiet);
        Assert.Equal(90, Assert.Single(seen.Regions).X);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_picture_of_which_nothing_counts_is_an_error(bool tiled)
    {
        string path = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(path, new GreyImage(2, 1, [255, 0]));
        var layout = new PictureLayout { Tiling = tiled ? new Tiling(Size, 4) : null, Region = new RegionOfInterest(0, 0, 40, 100), Ignore = IgnoreMask.Load(path) };
        using Detector detector = Create(layout);
        var failure = Assert.Throws<ImageException>(() => detector.Inspect(Grey(100, 100)));
        Assert.Equal("The picture has nothing that counts, for the region of interest and the mask ignore all of it: choose others, or leave it out.", failure.Message);
    }

    [Fact]
    public void A_large_file_is_never_in_memory_as_a_whole()
    {
        // 6000 x 4000: 72 MB of pixels, and a map that would take 96 MB at native scale.
        string path = Path.Combine(_folder.Path, "large.tif");
        TiffWriter.Write(path, 6000, 4000, new TiffFormat(64), (y, row) => row.Fill(y == 3210 ? (byte)255 : (byte)115));
        DetectorFile file = SampleDetector.Create(32);
        using Detector detector = new(file with { Info = file.Info with { Layout = new PictureLayout { Tiling = new Tiling(256, 64) } } }, 1);
        detector.Inspect(Grey(300, 300));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Inspection result = detector.Inspect(path);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // 256 rows are 4.6 MB, the map 1.5 MB and twice that while regions are sought.
        Assert.InRange(allocated, 5_000_000, 16_000_000);
        Assert.Equal((750, 500), (result.Map.Width, result.Map.Height));
        Assert.Equal((6000, 4000), (result.Width, result.Height));
        Assert.InRange(Array.IndexOf(result.Map.Values, result.Map.Peak()) / 750, 3210 / 8, 3212 / 8);
    }

    [Fact]
    public void A_damaged_file_and_a_cancelled_inspection_end_at_once()
    {
        string path = Path.Combine(_folder.Path, "a.png");
        ImageFile.WritePng(path, TileCutterTests.Noise(400, 400));
        using Detector detector = Create(new PictureLayout { Tiling = new Tiling(Size, 4) });
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => detector.Inspect(path, stop.Token));
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.StartsWith($"{path} is damaged or cut short", Assert.Throws<ImageException>(() => detector.Inspect(path)).Message, StringComparison.Ordinal);
        Assert.Equal((400, 400), (detector.Inspect(TileCutterTests.Noise(400, 400)).Map.Width, 400));
    }

    [Fact]
    public void The_self_test_passes_with_tiles_too()
    {
        using Detector detector = Create(new PictureLayout { Tiling = new Tiling(Size, 4) });
        Assert.True(detector.Verify().Passed);
    }

    private static Detector Create(PictureLayout layout)
    {
        DetectorFile file = SampleDetector.Create(Size);
        return new Detector(file with { Info = file.Info with { Layout = layout } }, 1);
    }

    // The mean over channels of |(v / 255 - mean) / deviation| / (0.9 + 0.1).
    private static float[] Departures(RgbImage picture)
    {
        double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
        return [.. Enumerable.Range(0, picture.Width * picture.Height).Select(p => (float)Enumerable.Range(0, 3)
            .Average(c => Math.Abs((picture.Pixels[(3 * p) + c] / 255.0) - mean[c]) / deviation[c]))];
    }

    private static RgbImage Grey(int width, int height)
    {
        var picture = new RgbImage(width, height);
        Array.Fill(picture.Pixels, (byte)115);
        return picture;
    }

    private static void Paint(RgbImage picture, int left, int top, int width, int height)
    {
        for (int y = top; y < top + height; y++)
        {
            picture.Pixels.AsSpan(((y * picture.Width) + left) * 3, width * 3).Fill(255);
        }
    }
}
