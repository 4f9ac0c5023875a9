using Retort.Detectors;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Tests.Detectors;

public sealed class DetectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_is_resized_normalised_scored_and_judged()
    {
        using var detector = new Detector(SampleDetector.Create(), 1);

        // Mid grey everywhere, white in the upper left quarter.
        var picture = new RgbImage(32, 16);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / 3, 32);
            picture.Pixels[i] = x < 16 && y < 8 ? (byte)255 : (byte)115;
        }

        Inspection result = detector.Inspect(picture);

        // The map is the mean over channels of |(v / 255 - mean) / deviation| / (0.9 + 0.1).
        double white = (((1 - 0.485) / 0.229) + ((1 - 0.456) / 0.224) + ((1 - 0.406) / 0.225)) / 3;
        Assert.Equal((8, 8), (result.Map.Width, result.Map.Height));
        Assert.Equal(white, result.Map[1, 1], 4);
        Assert.Equal(white, result.Score, 4);
        Assert.Equal(Verdict.Uncertain, result.Verdict);
        Assert.Equal(2.5f, result.Thresholds.Image);
        Assert.Equal(1 / (1 + Math.Exp((2.5 - white) / 0.25)), result.NormalizedScore, 4);
        Region region = Assert.Single(result.Regions);
        Assert.Equal((0, 0, 16, 8, 128.0), (region.X, region.Y, region.Width, region.Height, region.Area));
        Assert.Equal((32, 16), (result.Width, result.Height));
        Assert.Null(result.Path);
    }

    [Fact]
    public void File_stream_and_pixels_give_the_same()
    {
        using var detector = new Detector(SampleDetector.Create(), 1);
        RgbImage picture = SyntheticParts.Part(1, defective: true);
        string path = Path.Combine(_folder.Path, "part.png");
        ImageFile.WritePng(path, picture);
        float score = detector.Inspect(picture).Score;
        Inspection fromFile = detector.Inspect(path);
        using FileStream stream = File.OpenRead(path);
        Assert.Equal(score, fromFile.Score);
        Assert.Equal(path, fromFile.Path);
        Assert.Equal(score, detector.Inspect(stream).Score);
    }

    [Fact]
    public void Several_threads_may_inspect_at_once()
    {
        using var detector = new Detector(SampleDetector.Create(), 2);
        RgbImage[] pictures = [.. Enumerable.Range(0, 8).Select(i => SyntheticParts.Part(i, i % 2 == 0))];
        float[] alone = [.. pictures.Select(p => detector.Inspect(p).Score)];
        Parallel.For(0, 200, i => Assert.Equal(alone[i % 8], detector.Inspect(pictures[i % 8]).Score));
    }

    [Fact]
    public async Task Asynchronous_inspections_give_what_the_others_give()
    {
        using var detector = new Detector(SampleDetector.Create(), 2);
        RgbImage[] pictures = [.. Enumerable.Range(0, 8).Select(i => SyntheticParts.Part(i, i % 2 == 0))];
        float[] alone = [.. pictures.Select(p => detector.Inspect(p).Score)];
        Inspection[] together = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => detector.InspectAsync(pictures[i % 8])));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => alone[i % 8]), together.Select(t => t.Score));

        string path = Path.Combine(_folder.Path, "part.png");
        ImageFile.WritePng(path, pictures[3]);
        Inspection fromFile = await detector.InspectAsync(path);
        Assert.Equal((path, alone[3]), (fromFile.Path, fromFile.Score));
        using FileStream stream = File.OpenRead(path);
        Assert.Equal(alone[3], (await detector.InspectAsync(stream)).Score);
        await Assert.ThrowsAsync<ImageException>(() => detector.InspectAsync(Path.Combine(_folder.Path, "none.png")));
        await Assert.ThrowsAsync<ImageException>(() => detector.InspectAsync(new MemoryStream([1, 2, 3])));
        Assert.Equal(alone[0], (await detector.InspectAsync(pictures[0])).Score);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_an_inspection_leaves_the_others_alone()
    {
        using var detector = new Detector(SampleDetector.Create(), 1);
        RgbImage picture = SyntheticParts.Part(0, defective: true);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detector.InspectAsync(picture, cancelled.Token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => detector.InspectAsync(new MemoryStream([1, 2, 3]), cancelled.Token));
        }

        Assert.Equal(detector.Inspect(picture).Score, (await detector.InspectAsync(picture)).Score);
    }

    [Fact]
    public void Scoring_allocates_nothing_after_the_first_call()
    {
        using var detector = new Detector(SampleDetector.Create(), 1);
        byte[] picture = SelfTest.CreatePicture(8);
        var map = new float[64];
        detector.Score(picture, map);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            detector.Score(picture, map);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_score_is_good_uncertain_or_anomalous_and_one_that_is_not_a_number_is_not_good()
    {
        var inspection = new Inspection(null, 1, 1, float.NaN, SampleThresholds.Create(1, 1), new AnomalyMap(1, 1, [0]), [], TimeSpan.Zero);
        Assert.Equal(Verdict.Anomalous, inspection.Verdict);
        Assert.Equal(float.NaN, inspection.NormalizedScore);
        Assert.Equal(Verdict.Anomalous, (inspection with { Score = 1 }).Verdict);
        Assert.Equal(Verdict.Uncertain, (inspection with { Score = 0.999f }).Verdict);
        Assert.Equal(Verdict.Uncertain, (inspection with { Score = 0.75f }).Verdict);
        Assert.Equal(Verdict.Good, (inspection with { Score = 0.749f }).Verdict);
    }

    [Fact]
    public void The_self_test_passes_as_trained_and_fails_with_other_weights()
    {
        DetectorFile file = SampleDetector.Create();
        using var asTrained = new Detector(file, 1);
        Verification passed = asTrained.Verify();
        Assert.True(passed.Passed);
        Assert.Equal((0f, 0f), (passed.MapDifference, passed.ScoreDifference));

        file.Weights[0].Data[5] = 1;
        using var other = new Detector(file, 1);
        Verification failed = other.Verify();
        Assert.False(failed.Passed);
        Assert.InRange(failed.MapDifference, 0.1f, 1);
    }

    [Fact]
    public void A_self_test_with_values_that_are_not_numbers_fails()
    {
        DetectorFile file = SampleDetector.Create();
        file.Weights[0].Data[5] = float.NaN;
        using var detector = new Detector(file, 1);
        Assert.False(detector.Verify().Passed);
    }

    [Fact]
    public void Loading_names_the_file_when_method_or_weights_do_not_fit()
    {
        DetectorFile file = SampleDetector.Create();
        string path = Path.Combine(_folder.Path, "detector.retort");
        (file with { Info = file.Info with { Method = "unheard-of" } }).Write(path);
        Assert.StartsWith($"{path}: ", Assert.Throws<RetortException>(() => Detector.Load(path)).Message, StringComparison.Ordinal);

        (file with { Weights = [new NamedTensor("mean", [1], [0])] }).Write(path);
        Assert.Equal($"{path}: The weights have no mean of the right shape.", Assert.Throws<RetortException>(() => Detector.Load(path)).Message);

        (file with { Info = file.Info with { Size = 16 }, SelfTest = new SelfTest(new byte[768], new float[256], 0) }).Write(path);
        Assert.Contains("its model takes pictures of 8 pixels, but its description says 16", Assert.Throws<RetortException>(() => Detector.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(256)]
    public void The_test_picture_is_the_same_everywhere(int size)
    {
        byte[] picture = SelfTest.CreatePicture(size);
        Assert.Equal(size * size * 3, picture.Length);
        Assert.Equal(picture, SelfTest.CreatePicture(size));
    }
}
