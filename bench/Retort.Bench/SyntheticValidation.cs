using System.CommandLine;
using System.Globalization;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Metrics;
using Retort.Numerics;
using Retort.Training;

namespace Retort.Bench;

/// <summary>
/// How good a detector's maps are at <see cref="HandmadeAnomalies"/> in the good pictures it was not trained on: what presets and the combination
/// of maps were chosen by. Test pictures are not read.
/// </summary>
internal static class SyntheticValidation
{
    private static readonly (string Name, Func<double, double, double> Map)[] Combinations =
    [
        ("s d", (s, d) => s * d),
        ("s d^1/2", (s, d) => s * Math.Sqrt(d)),
        ("s d^1/3", (s, d) => s * Math.Cbrt(d)),
        ("s^1/2 d^1/3", (s, d) => Math.Sqrt(s) * Math.Cbrt(d)),
        ("s + d^1/3", (s, d) => s + Math.Cbrt(d)),
        ("s + d^1/2", (s, d) => s + Math.Sqrt(d)),
        ("s + d", (s, d) => s + d),
    ];

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var models = new Argument<string[]>("FILE") { Description = "Detectors, trained with the seed and share that follow." };
        Option<string> data = BenchOptions.Required("--data", "DIR", "The dataset they were trained on.");
        Option<int[]> seed = BenchOptions.Wholes("--seed", [0], "The seed they were trained with.", least: 0);
        var verb = new Command("validate", "A detector's maps, and combinations of them, on handmade anomalies in good pictures held back from training.") { models, data, seed };
        verb.SetAction(p =>
        {
            foreach (string model in p.GetRequiredValue(models))
            {
                Run(model, p.GetRequiredValue(data), (ulong)p.GetRequiredValue(seed)[0]);
            }
        });
        return verb;
    }

    private static void Run(string model, string data, ulong seed)
    {
        using Detector detector = Detector.Load(model);
        IReadOnlyList<string> heldBack = TrainerSplit.Create(AnomalyDataset.Open(data).RequireTrain(), TrainingSettings.DefaultHeldBack, seed).HeldBack;
        List<(RgbImage Picture, bool[]? Mask)> samples = Samples(PictureCache.Load(heldBack, detector.Size, BadPicturePolicy.Stop), seed);
        string[] names = [.. detector.Components];
        var maps = names.Select(_ => new List<float[]>()).ToArray();
        var scores = names.Select(_ => new List<float>()).ToArray();
        float[] one = new float[names.Length];
        foreach ((RgbImage picture, _) in samples)
        {
            float[][] found = [.. names.Select(_ => new float[detector.Size * detector.Size])];
            detector.ScoreComponents(picture.Pixels, found, one);
            for (int c = 0; c < names.Length; c++)
            {
                maps[c].Add(found[c]);
                scores[c].Add(one[c]);
            }
        }

        Console.WriteLine($"{model}: {samples.Count} pictures, {heldBack.Count} of them good");
        Console.WriteLine($"{"map",-16} {"image AUROC",12} {"pixel AUROC",12} {"pixel AP",12} {"PRO",12} {"IAP",12}");
        for (int c = 0; c < names.Length; c++)
        {
            Show(names[c], maps[c], [.. scores[c]], samples, detector.Size);
        }

        (int f, int b) = (Array.IndexOf(names, "forward"), Array.IndexOf(names, "backward"));
        if (f >= 0 && b >= 0)
        {
            (double meanF, double meanB) = (MeanOverGood(maps[f], samples), MeanOverGood(maps[b], samples));
            List<float[]> balanced = [.. maps[f].Zip(maps[b], (x, y) => (float[])[.. x.Zip(y, (p, q) => (float)((p / meanF) + (q / meanB)))])];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"means over good pictures: forward {meanF:0.000}, backward {meanB:0.000}"));
            Show("f/mean + b/mean", balanced, [.. balanced.Select(m => m.Max())], samples, detector.Size);
        }

        (int s, int d) = (Array.IndexOf(names, "segmentation"), Array.IndexOf(names, "student"));
        foreach ((string name, Func<double, double, double> map) in s < 0 || d < 0 ? [] : Combinations)
        {
            List<float[]> combined = [.. maps[s].Zip(maps[d], (a, b) => (float[])[.. a.Zip(b, (x, y) => (float)map(x, Math.Max(0, y)))])];
            int top = new DeSTSegOptions().Top;
            Show(name, combined, [.. combined.Select(m => LargestValues.Mean((float[])m.Clone(), top))], samples, detector.Size);
        }
    }

    private static List<(RgbImage Picture, bool[]? Mask)> Samples(PictureCache pictures, ulong seed)
    {
        var samples = new List<(RgbImage, bool[]?)>();
        for (int i = 0; i < pictures.Count; i++)
        {
            samples.Add((pictures[i], null));
            for (int kind = 0; kind < HandmadeAnomalies.Kinds; kind++)
            {
                var random = new CounterRandom(seed, kind, 0, i);
                samples.Add(HandmadeAnomalies.Add(pictures[i], kind, ref random));
            }
        }

        return samples;
    }

    private static double MeanOverGood(List<float[]> maps, List<(RgbImage Picture, bool[]? Mask)> samples) =>
        maps.Where((_, i) => samples[i].Mask == null).Average(m => m.Average());

    private static void Show(string name, List<float[]> maps, float[] scores, List<(RgbImage Picture, bool[]? Mask)> samples, int size)
    {
        EvaluationMetrics m = EvaluationMetrics.Compute(scores, [.. samples.Select(x => x.Mask != null)], maps, [.. samples.Select(x => x.Mask)], size, size);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-16} {m.ImageAuroc,12:0.0000} {m.PixelAuroc,12:0.0000} {m.PixelAp,12:0.0000} {m.ProPerImage,12:0.0000} {m.Iap,12:0.0000}"));
    }
}
