using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Training;

namespace Retort.Calibration;

/// <summary>Sets the thresholds of a detector.</summary>
public static class Calibrator
{
    /// <summary>Sets thresholds from what a detector makes of pictures.</summary>
    /// <param name="good">Good pictures that it was not trained on.</param>
    /// <param name="defective">Defective ones; used by the goals that need them only.</param>
    /// <param name="settings">How. A goal that needs defective pictures becomes <see cref="CalibrationGoal.FalsePositiveRate"/> where there are none.</param>
    /// <param name="source">Which good pictures they are, see <see cref="ThresholdBasis.Source"/>.</param>
    /// <exception cref="ArgumentException">There are no good pictures, or not as many peaks as scores.</exception>
    /// <exception cref="RetortException">A share in the settings is out of range.</exception>
    public static Thresholds SetThresholds(PictureScores good, PictureScores defective, CalibrationSettings settings, string source)
    {
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(defective);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (good.Scores.Count == 0 || good.Scores.Count != good.Peaks.Count)
        {
            throw new ArgumentException("Thresholds need a score and a peak of at least one good picture.", nameof(good));
        }

        CalibrationGoal goal = defective.Scores.Count == 0 ? CalibrationGoal.FalsePositiveRate : settings.Goal;
        RateThreshold uncertain = RateThreshold.For(good.Scores, settings.UncertainRateOrDefault);
        RateThreshold pixel = RateThreshold.For(good.Peaks, settings.FalsePositiveRate);
        var basis = new ThresholdBasis
        {
            Source = source,
            Pictures = good.Scores.Count,
            Goal = goal,
            UncertainOrWorse = uncertain.Reached,
            WithRegion = pixel.Reached,
        };
        float image;
        if (goal == CalibrationGoal.FalsePositiveRate)
        {
            RateThreshold threshold = RateThreshold.For(good.Scores, settings.FalsePositiveRate);
            image = threshold.Value;
            basis = basis with { Target = settings.FalsePositiveRate, Rule = threshold.Rule, FalsePositives = threshold.Reached };
        }
        else
        {
            image = goal == CalibrationGoal.F1
                ? LabelledThreshold.ForF1(good.Scores, defective.Scores)
                : LabelledThreshold.ForRecall(settings.Recall, good.Scores, defective.Scores);
            basis = basis with
            {
                Target = goal == CalibrationGoal.F1 ? 0 : settings.Recall,
                Rule = goal == CalibrationGoal.F1 ? "f1" : "recall",
                Defective = defective.Scores.Count,
                FalsePositives = RateEstimate.Counted(LabelledThreshold.CountFrom(image, good.Scores), good.Scores.Count),
                Recall = RateEstimate.Counted(LabelledThreshold.CountFrom(image, defective.Scores), defective.Scores.Count),
            };
        }

        // Where few good pictures reach the image threshold, none below it need be looked at twice.
        bool band = uncertain.Value < image;
        return new Thresholds
        {
            Image = image,
            Uncertain = band ? uncertain.Value : image,
            Scale = Spread.Of(good.Scores),
            Pixel = pixel.Value,
            PixelScale = Spread.Of(good.Peaks),
            Basis = band ? basis : basis with { UncertainOrWorse = basis.FalsePositives },
        };
    }

    /// <summary>Inspects pictures, in their order.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="paths">The pictures.</param>
    /// <param name="policy">What to do about one that cannot be read.</param>
    /// <param name="skipped">Is told of each that is left out, and why; may be null.</param>
    /// <param name="progress">Is told how many pictures are done; may be null.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="ImageException">One cannot be read, and the policy is to stop.</exception>
    /// <exception cref="RetortException">The detector gives values that are no numbers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static PictureScores Score(
        Detector detector,
        IReadOnlyList<string> paths,
        BadPicturePolicy policy = BadPicturePolicy.Stop,
        Action<string, ImageException>? skipped = null,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(paths);
        var scores = new List<float>();
        var peaks = new List<float>();
        for (int i = 0; i < paths.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Inspection inspection = detector.Inspect(paths[i], cancellation);
                (float score, float peak) = (inspection.Score, inspection.Map.Peak());
                RequireFinite(paths[i], score, peak, "check it with verify, or train it anew");
                scores.Add(score);
                peaks.Add(peak);
            }
            catch (ImageException failure) when (policy == BadPicturePolicy.Skip)
            {
                skipped?.Invoke(paths[i], failure);
            }

            progress?.Report(i + 1);
        }

        return new PictureScores(scores, peaks);
    }

    /// <summary>Gives a detector file new thresholds. Weights and self-test stay as they are.</summary>
    /// <param name="path">The detector file.</param>
    /// <param name="outPath">Where to write the new one; may be the same.</param>
    /// <param name="thresholds">The thresholds.</param>
    /// <exception cref="RetortException">The file cannot be read or is damaged, the new one cannot be written, or a training is writing it.</exception>
    public static void Apply(string path, string outPath, Thresholds thresholds)
    {
        using var claim = OutputClaim.Take(outPath, "program");
        DetectorFile file = DetectorFile.Read(path);
        (file with { Info = file.Info with { Thresholds = thresholds } }).Write(outPath);
    }

    /// <summary>Refuses what no threshold can be set by.</summary>
    /// <exception cref="RetortException">Score or peak is not a number.</exception>
    internal static void RequireFinite(string path, float score, float peak, string remedy)
    {
        if (!float.IsFinite(score) || !float.IsFinite(peak))
        {
            throw new RetortException($"{path}: the detector gives a score for it that is not a number; {remedy}.");
        }
    }
}
