using System.Text.Json.Nodes;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Metrics;
using Retort.Networks.Weights;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly string[] MetricKeys =
    [
        "image_auroc", "image_ap", "image_f1_max", "pixel_auroc", "pixel_ap", "pixel_f1_max", "aupro", "pro_per_image", "iap", "iap90",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Detector _detector = new(SampleDetector.Create(), 1);

    private string Parts => Path.Combine(_folder.Path, "parts");

    private string Maps => Path.Combine(_folder.Path, "maps");

    public void Dispose()
    {
        _detector.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Both_maps_are_measured_and_the_bright_spots_are_found()
    {
        EvaluationResult result = Evaluator.Evaluate(_detector, AnomalyDataset.Open(SyntheticParts.Write(Parts)), new EvaluationSettings());
        Assert.Equal(["departure", "brightness"], result.Components.Select(c => c.Key));
        Assert.Equal((4, 2), (result.Images, result.Anomalous));

        // The spot is the brightest there is, and the farthest from mid grey.
        Assert.Equal(1, result.Components[1].Value.ImageAuroc);
        Assert.Equal(1, result.Components[1].Value.PixelAuroc);
        IReadOnlyList<TestPicture> test = AnomalyDataset.Open(Parts).Test;
        Inspection[] inspections = [.. test.Select(t => _detector.Inspect(t.Path))];
        var expected = EvaluationMetrics.Compute(
            [.. inspections.Select(i => i.Score)],
            [.. test.Select(t => t.IsAnomalous)],
            [.. inspections.Select(i => i.Map.Values)],
            [.. test.Select(t => t.MaskPath is { } mask ? MaskFile.Load(mask, SyntheticParts.Side, SyntheticParts.Side, 8) : null)],
            8,
            8);
        Assert.Equal(expected, result.Deciding);
        Assert.True(result.MillisecondsPerImage > 0);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_detector_of_tiles_or_of_a_region_is_measured_on_what_counts(bool tiled)
    {
        // A blot of white in the corner of every picture: good ones are as far from grey as defective ones, unless it does not count.
        SyntheticParts.Write(Parts);
        foreach (string path in Directory.EnumerateFiles(Path.Combine(Parts, "test"), "*.png", SearchOption.AllDirectories))
        {
            RgbImage picture = ImageFile.Decode(path);
            for (int y = 18; y < 24; y++)
            {
                picture.Pixels.AsSpan(((y * 24) + 18) * 3, 6 * 3).Fill(255);
            }

            ImageFile.WritePng(path, picture);
        }

        DetectorFile file = SampleDetector.Create(16);
        var layout = new PictureLayout { Tiling = tiled ? new Tiling(16, 4) : null };
        AnomalyDataset dataset = AnomalyDataset.Open(Parts);
        EvaluationMetrics Measure(PictureLayout layout)
        {
            using var detector = new Detector(file with { Info = file.Info with { Layout = layout } }, 1);
            return Evaluator.Evaluate(detector, dataset, new EvaluationSettings { MapsFolder = Maps }).Components[1].Value;
        }

        EvaluationMetrics all = Measure(layout);
        EvaluationMetrics part = Measure(layout with { Region = new RegionOfInterest(0, 0, 16, 24) });
        Assert.True(all.PixelAuroc < 0.99);
        Assert.Equal(0.5, all.ImageAuroc);
        Assert.Equal((1, 1), (part.ImageAuroc, Math.Round(part.PixelAuroc!.Value, 3)));
        int side = tiled ? 32 : 16;
        Assert.Equal([side, side], NpyFile.Read(Path.Combine(Maps, "spot", "000.npy")).Shape);
    }

    [Fact]
    public void The_json_has_the_keys_that_stay()
    {
        JsonObject json = Evaluator.Evaluate(_detector, AnomalyDataset.Open(SyntheticParts.Write(Parts)), new EvaluationSettings()).ToJson();
        Assert.Equal([.. MetricKeys, "images", "seconds", "milliseconds_per_image", "threads", "components"], json.Select(p => p.Key));
        Assert.Equal(4, (int)json["images"]!);
        var brightness = (JsonObject)json["components"]!["brightness"]!;
        Assert.Equal(MetricKeys, brightness.Select(p => p.Key));
        Assert.Equal(1, (double)brightness["image_auroc"]!);
    }

    [Fact]
    public void Without_a_mask_the_pixel_metrics_are_null_and_a_warning_says_why()
    {
        SyntheticParts.Write(Parts);
        File.Delete(Path.Combine(Parts, "ground_truth", "spot", "001_mask.png"));
        EvaluationResult result = Evaluator.Evaluate(_detector, AnomalyDataset.Open(Parts), new EvaluationSettings());
        JsonObject json = result.ToJson();
        Assert.NotNull(json["image_auroc"]);
        Assert.True(json.ContainsKey("pixel_auroc"));
        Assert.Null(json["pixel_auroc"]);
        Assert.StartsWith(Path.Combine(Parts, "test", "spot", "001.png"), Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_set_of_good_pictures_only_has_null_metrics()
    {
        SyntheticParts.Write(Parts);
        Directory.Delete(Path.Combine(Parts, "test", "spot"), recursive: true);
        JsonObject json = Evaluator.Evaluate(_detector, AnomalyDataset.Open(Parts), new EvaluationSettings()).ToJson();
        Assert.All(MetricKeys, key => Assert.Null(json[key]));
        Assert.Equal(2, (int)json["images"]!);
    }

    [Fact]
    public void Maps_and_scores_are_written_for_other_programs()
    {
        SyntheticParts.Write(Parts);
        string odd = Path.Combine(Parts, "test", "good", "a, \"b\" ü.png");
        SyntheticParts.Save(odd, SyntheticParts.Part(5, false));
        SyntheticParts.Save(Path.Combine(Parts, "test", "good", "000.jpg"), SyntheticParts.Part(6, false));
        Evaluator.Evaluate(_detector, AnomalyDataset.Open(Parts), new EvaluationSettings { MapsFolder = Maps });

        (float[] data, int[] shape) = NpyFile.Read(Path.Combine(Maps, "spot", "001.npy"));
        Inspection expected = _detector.Inspect(Path.Combine(Parts, "test", "spot", "001.png"));
        Assert.Equal([8, 8], shape);
        Assert.Equal(expected.Map.Values, data);
        Assert.True(File.Exists(Path.Combine(Maps, "good", "a, \"b\" ü.npy")));
        Assert.True(File.Exists(Path.Combine(Maps, "good", "000.png.npy")));

        string[] lines = File.ReadAllLines(Path.Combine(Maps, "scores.csv"));
        Assert.Equal("path,label,score", lines[0]);
        Assert.Equal(7, lines.Length);
        Assert.Equal(FormattableString.Invariant($"spot/001.png,1,{expected.Score:R}"), lines[^1]);
        Assert.Contains(lines, l => l.StartsWith("\"good/a, \"\"b\"\" ü.png\",0,", StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_watches_is_given_each_picture_with_what_was_made_of_it()
    {
        AnomalyDataset dataset = AnomalyDataset.Open(SyntheticParts.Write(Parts));
        var watched = new List<EvaluatedPicture>();
        EvaluationResult result = Evaluator.Evaluate(_detector, dataset, new EvaluationSettings { Watch = watched.Add });
        Assert.Equal(dataset.Test, watched.Select(w => w.Test));
        foreach (EvaluatedPicture picture in watched)
        {
            Inspection expected = _detector.Inspect(picture.Test.Path);
            Assert.Equal(expected.Score, picture.Score);
            Assert.Equal(expected.Map.Values, picture.Map.Values);
            Assert.Equal((SyntheticParts.Side, SyntheticParts.Side), (picture.Picture.Width, picture.Picture.Height));
            Assert.Equal(picture.Test.IsAnomalous ? 4 : null, picture.Mask?.Count(true));
        }

        // The curves are of the map that decides: it ends with all four pictures.
        Assert.Equal((1, 1), (result.Curves.ImageRoc.X[^1], result.Curves.ImageRoc.Y[^1]));
        Assert.Equal((1, 1), (result.Curves.PixelRoc.X[^1], result.Curves.PixelRoc.Y[^1]));
    }

    [Fact]
    public void A_bad_picture_stops_or_is_left_out()
    {
        SyntheticParts.Write(Parts);
        string bad = Path.Combine(Parts, "test", "good", "bad.png");
        File.WriteAllText(bad, "text");
        AnomalyDataset dataset = AnomalyDataset.Open(Parts);
        Assert.StartsWith(bad, Assert.Throws<ImageException>(() => Evaluator.Evaluate(_detector, dataset, new EvaluationSettings())).Message, StringComparison.Ordinal);
        EvaluationResult result = Evaluator.Evaluate(_detector, dataset, new EvaluationSettings { BadPictures = BadPicturePolicy.Skip });
        Assert.Equal(4, result.Images);
        Assert.Contains(bad, Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_between_pictures()
    {
        using var stop = new CancellationTokenSource();
        var counter = new Counter(done => { if (done == 2) { stop.Cancel(); } });
        Assert.Throws<OperationCanceledException>(() => Evaluator.Evaluate(_detector, AnomalyDataset.Open(SyntheticParts.Write(Parts)), new EvaluationSettings(), counter, stop.Token));
        Assert.Equal(2, counter.Last);
    }

    private sealed class Counter(Action<int> onReport) : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value)
        {
            Last = value;
            onReport(value);
        }
    }
}
