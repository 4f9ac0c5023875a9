using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Metrics;
using Retort.Reports;
using Retort.Tests.Detectors;

namespace Retort.Tests.Reports;

/// <summary>
/// A report whose figures are known: half of the pictures are good, with scores from 0.5 on in even steps, the others defective, with scores from 1.5 on; each range
/// is 2 long. The threshold is 2.0, except where a test moves it.
/// </summary>
internal static class SampleReport
{
    /// <summary>The name of a folder that tries to become markup.</summary>
    public const string HostileKind = "</script><img src=x onerror=alert(1)>'\"&";

    public const float Threshold = 2.0f;

    private const int Side = 16;

    /// <summary>Makes one of so many pictures, an even number.</summary>
    public static ReportContent Create(int pictures = 80)
    {
        int half = pictures / 2;
        DetectorInfo detector = SampleDetector.Create(Side).Info with { Thresholds = SampleThresholds.Create(Threshold, 1f) with { Uncertain = Threshold } };
        var evaluated = new List<EvaluatedPicture>();
        for (int i = 0; i < pictures; i++)
        {
            bool defective = i >= half;
            string kind = !defective ? "good" : i % 3 == 0 ? HostileKind : "deep_scratch";
            float score = (defective ? 1.5f : 0.5f) + (2f * (i % half) / half);
            bool[]? mask = defective && i != half ? [.. Enumerable.Range(0, Side * Side).Select(p => p % Side < 4 && p / Side < 4)] : null;
            float[] map = [.. Enumerable.Range(0, Side * Side).Select(p => (p % Side < 5 && p / Side < 5 && defective ? score : 0.3f) + (0.001f * p))];
            var test = new TestPicture($"/parts/test/{kind}/{i:000}.png", $"{kind}/{i:000}.png", kind, defective, null);
            evaluated.Add(new EvaluatedPicture(test, Draw(i % 4, i % 2 == 0 ? 48 : 32, i % 2 == 0 ? 32 : 48), new AnomalyMap(Side, Side, map), score, mask));
        }

        // A defective picture without a mask would leave the pixel metrics out.
        bool[] unmasked = new bool[Side * Side];
        var curves = new EvaluationCurves();
        var metrics = EvaluationMetrics.Compute(
            [.. evaluated.Select(e => e.Score)], [.. evaluated.Select(e => e.Test.IsAnomalous)], [.. evaluated.Select(e => e.Map.Values)],
            [.. evaluated.Select(e => e.Mask ?? (e.Test.IsAnomalous ? unmasked : null))], Side, Side, curves: curves);
        var result = new EvaluationResult
        {
            Components = [new("departure", metrics), new("brightness", metrics with { PixelAp = null })],
            Curves = curves,
            Images = pictures,
            Anomalous = half,
            Seconds = 1,
            MillisecondsPerImage = 16.5,
            Threads = 2,
            Warnings = ["One <mask> is missing."],
        };
        var levels = new MapLevels(detector.Thresholds.Pixel);
        return new ReportContent("parts & <pieces>", detector, result, [.. evaluated.Select(e => ReportPicture.Create(e, levels, 48))])
        {
            Introduction = "An introduction of </p><b>one</b> paragraph.",
            Next = "retort train --data DIR > log",
            Made = new DateTimeOffset(2026, 3, 4, 15, 6, 7, TimeSpan.Zero),
        };
    }

    /// <summary>Makes one without a defective picture, for which most metrics are not defined.</summary>
    public static ReportContent OnlyGood()
    {
        ReportContent content = Create(20);
        return content with
        {
            Pictures = [.. content.Pictures.Where(p => !p.Test.IsAnomalous)],
            Result = content.Result with { Components = [new("departure", new EvaluationMetrics())], Curves = new EvaluationCurves(), Images = 10, Anomalous = 0 },
        };
    }

    private static RgbImage Draw(int seed, int width, int height)
    {
        var random = new CounterRandom((ulong)seed);
        var picture = new RgbImage(width, height);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            picture.Pixels[i] = (byte)(100 + random.NextInt(80));
        }

        return picture;
    }
}
