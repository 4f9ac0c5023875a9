using System.CommandLine;
using System.Globalization;
using Retort.Calibration;
using Retort.Data;
using Retort.Detectors;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>
/// Whether what a calibration states comes true: the good pictures that a detector was not trained on are split at random, thresholds are set on one part, and of
/// the other part those that reach them are counted. Every picture is scored once.
/// </summary>
internal static class ThresholdCoverage
{
    private const int Stream = 0x73706C74;

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var model = new Argument<string>("FILE") { Description = "The detector; one that held many pictures back has many to count." };
        Option<string> data = BenchOptions.Required("--data", "DIR", "The dataset it was trained on, or good pictures that it has not seen.");
        var rate = new Option<double>("--target-fpr") { Description = "The false-positive rate to set thresholds for.", HelpName = "SHARE", DefaultValueFactory = _ => CalibrationSettings.DefaultRate };
        Option<int> calibrate = BenchOptions.Whole("--calibrate", 40, "Pictures to set thresholds on.");
        Option<int> splits = BenchOptions.Whole("--splits", 20, "Random splits.");
        Option<int[]> seed = BenchOptions.Wholes("--seed", [0], "The seed of the splits.", least: 0);
        var verb = new Command("thresholds", "False-positive rates as a calibration states them, and as they are on other good pictures.") { model, data, rate, calibrate, splits, seed };
        verb.SetAction(p => Run(
            p.GetRequiredValue(model),
            p.GetRequiredValue(data),
            new CalibrationSettings { FalsePositiveRate = p.GetValue(rate) },
            p.GetValue(calibrate),
            p.GetValue(splits),
            (ulong)p.GetRequiredValue(seed)[0]));
        return verb;
    }

    private static void Run(string model, string data, CalibrationSettings settings, int calibrate, int splits, ulong seed)
    {
        using Detector detector = Detector.Load(model);
        CalibrationPictures pictures = CalibrationPictures.Find(AnomalyDataset.Open(data), detector.Info);
        if (pictures.Good.Count <= calibrate)
        {
            throw new RetortException($"--calibrate {calibrate}: there are only {pictures.Good.Count} good pictures that the detector has not seen; give fewer.");
        }

        PictureScores all = Calibrator.Score(detector, pictures.Good);
        int others = all.Scores.Count - calibrate;
        Console.WriteLine($"{all.Scores.Count} {pictures.Source} pictures: {calibrate} to set thresholds on, {others} to count");
        Console.WriteLine($"{"split",5} {"rule",-8} {"threshold",10} {"stated %",9} {"interval %",14} {"observed",10} {"%",6}");
        var observed = new List<(double Image, double Uncertain, double Region)>();
        int within = 0;
        for (int split = 0; split < splits; split++)
        {
            var random = new CounterRandom(seed, Stream, split);
            int[] order = random.NextPermutation(all.Scores.Count);
            Thresholds thresholds = Calibrator.SetThresholds(Pick(all, order[..calibrate]), PictureScores.None, settings, pictures.Source);
            PictureScores rest = Pick(all, order[calibrate..]);
            int reached = rest.Scores.Count(s => s >= thresholds.Image);
            double share = (double)reached / others;
            RateEstimate stated = thresholds.Basis.FalsePositives;
            bool inside = share >= stated.Lower && share <= stated.Upper;
            within += inside ? 1 : 0;
            observed.Add((share, (double)rest.Scores.Count(s => s >= thresholds.Uncertain) / others, (double)rest.Peaks.Count(p => p >= thresholds.Pixel) / others));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{split,5} {thresholds.Basis.Rule,-8} {thresholds.Image,10:G4} {100 * stated.Rate,9:F2} {$"{100 * stated.Lower:F2} .. {100 * stated.Upper:F2}",14} {$"{reached} of {others}",10} {100 * share,6:F2} {(inside ? "" : "outside")}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"observed rate within the stated interval: {within} of {splits} splits; mean observed rate {100 * observed.Average(o => o.Image):F2} % (asked for {100 * settings.FalsePositiveRate:F2} %)"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"uncertain or worse: mean {100 * observed.Average(o => o.Uncertain):F2} %; with a region: mean {100 * observed.Average(o => o.Region):F2} %"));
    }

    private static PictureScores Pick(PictureScores all, int[] indices) => new([.. indices.Select(i => all.Scores[i])], [.. indices.Select(i => all.Peaks[i])]);
}
