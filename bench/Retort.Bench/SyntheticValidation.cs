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
        float[] scores = new float[names.Length];
        foreach ((RgbImage picture, _) in samples)
        {
            float[][] found = [.. names.Select(_ => new float[detector.Size * detector.Size])];
            detector.ScoreComponents(picture.Pixels, found, scores);
            for (int c = 0; c < names.Length; c++)
            {
                maps[c].Add(found[c]);
            }
        }

        Console.WriteLine($"{model}: {samples.Count} pictures, {heldBack.Count} of them good");
        Console.WriteLine($"{"map",-14} {"image AUROC",12} {"pixel AUROC",12} {"pixel AP",12} {"IAP",12}");
        for (int c = 0; c < names.Length; c++)
        {
            Show(names[c], maps[c], samples, detector.Size);
        }

        (int s, int d) = (Array.IndexOf(names, "segmentation"), Array.IndexOf(names, "student"));
        foreach ((string name, Func<double, double, double> map) in s < 0 || d < 0 ? [] : Combinations)
        {
            Show(name, [.. maps[s].Zip(maps[d], (a, b) => (float[])[.. a.Zip(b, (x, y) => (float)map(x, Math.Max(0, y)))])], samples, detector.Size);
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

    private static void Show(string name, List<float[]> maps, List<(RgbImage Picture, bool[]? Mask)> samples, int size)
    {
        int top = new DeSTSegOptions().Top;
        float[] scores = [.. maps.Select(m => LargestValues.Mean((float[])m.Clone(), top))];
        EvaluationMetrics m = EvaluationMetrics.Compute(scores, [.. samples.Select(x => x.Mask != null)], maps, [.. samples.Select(x => x.Mask)], size, size);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {m.ImageAuroc,12:0.0000} {m.PixelAuroc,12:0.0000} {m.PixelAp,12:0.0000} {m.Iap,12:0.0000}"));
    }
}
