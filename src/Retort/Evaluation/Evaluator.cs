using System.Diagnostics;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Metrics;

namespace Retort.Evaluation;

/// <summary>Measures a detector on a test set.</summary>
public static class Evaluator
{
    /// <summary>The most pictures whose inspection is timed.</summary>
    private const int MostTimed = 16;

    /// <summary>Inspects all test pictures and computes the metrics of every map the detector makes.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="dataset">Its test pictures are used. A defective one without a mask leaves the pixel metrics undefined, with a warning.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Is told how many pictures are done; may be null.</param>
    /// <param name="cancellationToken">Stops between two pictures.</param>
    /// <exception cref="RetortException">There are no test pictures, a mask does not fit its picture, or a map cannot be written.</exception>
    /// <exception cref="ImageException">A picture or mask cannot be read (a picture: and the policy is to stop).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static EvaluationResult Evaluate(
        Detector detector,
        AnomalyDataset dataset,
        EvaluationSettings settings,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(settings);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<TestPicture> pictures = dataset.RequireTest();
        var inspected = new Inspected(detector.Components.Count);
        using MapWriter? writer = settings.MapsFolder is { } folder ? new MapWriter(folder, MapSide(detector)) : null;
        for (int i = 0; i < pictures.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(inspected, detector, pictures[i], settings, writer, cancellationToken);
            progress?.Report(i + 1);
        }

        if (inspected.Labels.Count == 0)
        {
            throw new RetortException($"{dataset.Root}: none of the {pictures.Count} test pictures can be read; check that they are pictures.");
        }

        writer?.Complete();
        int side = MapSide(detector);
        var curves = new EvaluationCurves();
        var components = new List<KeyValuePair<string, EvaluationMetrics>>();
        for (int c = 0; c < detector.Components.Count; c++)
        {
            components.Add(new(
                detector.Components[c],
                EvaluationMetrics.Compute(
                    inspected.Scores[c], inspected.Labels, inspected.Maps[c], inspected.Masks, side, side, inspected.Ignored, c == 0 ? curves : null)));
        }

        return new EvaluationResult
        {
            Components = components,
            Curves = curves,
            Images = inspected.Labels.Count,
            Anomalous = inspected.Labels.Count(l => l),
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            MillisecondsPerImage = inspected.MedianMilliseconds(),
            Threads = detector.Threads,
            Warnings = inspected.Warnings,
        };
    }

    // Tiles make maps of other sizes than the detector's, and as many sizes as there are of pictures: they are brought to one that is finer.
    private static int MapSide(Detector detector) => detector.Layout.Tiling is null ? detector.Size : 2 * detector.Size;

    private static void Add(
        Inspected inspected, Detector detector, TestPicture test, EvaluationSettings settings, MapWriter? writer, CancellationToken cancellation)
    {
        Found found;
        try
        {
            found = detector.Layout.IsWhole ? FindInWhole(inspected, detector, test) : FindInPieces(inspected, detector, test, cancellation);
        }
        catch (ImageException failure) when (settings.BadPictures == BadPicturePolicy.Skip)
        {
            inspected.Warnings.Add("left out: " + failure.Message);
            return;
        }

        if (test.IsAnomalous && test.MaskPath is null)
        {
            inspected.Warnings.Add($"{test.Path}: there is no mask for this defective picture, so pixel metrics are left out; add one to ground_truth/{test.Defect}.");
        }

        int side = MapSide(detector);
        bool[]? mask = test.MaskPath is { } path ? MaskFile.Load(path, found.Width, found.Height, side) : null;
        inspected.Masks.Add(mask);
        inspected.Ignored.Add(found.Ignored);
        inspected.Labels.Add(test.IsAnomalous);
        for (int c = 0; c < found.Maps.Length; c++)
        {
            inspected.Maps[c].Add(found.Maps[c]);
            inspected.Scores[c].Add(found.Scores[c]);
        }

        writer?.Add(test, found.Maps[0], found.Scores[0]);
        settings.Watch?.Invoke(new EvaluatedPicture(
            test, found.Picture ?? ImageFile.DecodeReduced(test.Path, side), new AnomalyMap(side, side, found.Maps[0]), found.Scores[0], mask));
    }

    private static Found FindInWhole(Inspected inspected, Detector detector, TestPicture test)
    {
        RgbImage picture = ImageFile.Decode(test.Path);
        int size = detector.Size;
        byte[] input = PillowResize.Bilinear(picture, size, size).Pixels;
        float[][] maps = [.. detector.Components.Select(_ => new float[size * size])];
        var scores = new float[maps.Length];
        if (inspected.Times.Count <= MostTimed)
        {
            long start = Stopwatch.GetTimestamp();
            detector.Score(input, maps[0]);
            inspected.Times.Add(Stopwatch.GetElapsedTime(start));
        }

        detector.ScoreComponents(input, maps, scores);
        return new Found(picture, picture.Width, picture.Height, maps, scores, null);
    }

    private static Found FindInPieces(Inspected inspected, Detector detector, TestPicture test, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        PictureFindings found = detector.Find(test.Path, allComponents: true, cancellation);
        inspected.Times.Add(Stopwatch.GetElapsedTime(start));

        int side = MapSide(detector);
        bool[] ignored = new bool[side * side];
        var area = new PictureArea(detector.Layout, found.Width, found.Height, test.Path);
        area.Mark(0, 0, (double)found.Width / side, (double)found.Height / side, ignored, side);
        float[][] maps = [.. found.Maps.Select(m => FloatResize.Bilinear(m.Values, m.Height, m.Width, side, side))];
        return new Found(null, found.Width, found.Height, maps, found.Scores, ignored);
    }

    /// <summary>What the detector makes of a picture, and the picture if it was read as a whole.</summary>
    private sealed record Found(RgbImage? Picture, int Width, int Height, float[][] Maps, float[] Scores, bool[]? Ignored);

    /// <summary>What has been found so far.</summary>
    private sealed class Inspected(int components)
    {
        public List<bool> Labels { get; } = [];

        public List<bool[]?> Masks { get; } = [];

        public List<bool[]?> Ignored { get; } = [];

        public List<float[]>[] Maps { get; } = [.. Enumerable.Range(0, components).Select(_ => new List<float[]>())];

        public List<float>[] Scores { get; } = [.. Enumerable.Range(0, components).Select(_ => new List<float>())];

        public List<TimeSpan> Times { get; } = [];

        public List<string> Warnings { get; } = [];

        /// <summary>The first picture pays for compiling; it counts only where there is no other.</summary>
        public double MedianMilliseconds()
        {
            TimeSpan[] times = [.. Times.Skip(Times.Count > 1 ? 1 : 0).Order()];
            return times[times.Length / 2].TotalMilliseconds;
        }
    }
}
