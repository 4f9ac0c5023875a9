using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Calibration;

/// <summary>How thresholds were set: on what, for what, and what can be expected of them.</summary>
public sealed record ThresholdBasis
{
    /// <summary>Good pictures that took no part in training.</summary>
    public const string HeldBack = "held-back";

    /// <summary>The pictures the detector was trained on, for want of others; such thresholds tend to be too low.</summary>
    public const string TrainingPictures = "training";

    /// <summary>Good pictures of a test set.</summary>
    public const string TestPictures = "test";

    /// <summary>Good pictures that came after the training.</summary>
    public const string NewPictures = "new";

    /// <summary>Good pictures that were given for it; whether training saw them is not known.</summary>
    public const string GivenPictures = "given";

    private static readonly Dictionary<string, CalibrationGoal> Goals = new()
    {
        ["false-positive-rate"] = CalibrationGoal.FalsePositiveRate,
        ["f1"] = CalibrationGoal.F1,
        ["recall"] = CalibrationGoal.Recall,
    };

    /// <summary>Which good pictures: one of the constants, or several with <c>and</c> between them.</summary>
    public required string Source { get; init; }

    /// <summary>How many good pictures.</summary>
    public required int Pictures { get; init; }

    /// <summary>How many defective ones; 0 where the goal needs none.</summary>
    public int Defective { get; init; }

    /// <summary>What the image threshold was to achieve; null in files of an early Retort, which kept no account of it.</summary>
    public CalibrationGoal? Goal { get; init; }

    /// <summary>The share that was asked for: of good pictures, or of defective ones where the goal is their recall; 0 for the goal F1.</summary>
    public double Target { get; init; }

    /// <summary>How the image threshold was found: <c>quantile</c> of the good scores, their extrapolated <c>tail</c>, <c>f1</c> or <c>recall</c>; empty where that is not known.</summary>
    public string Rule { get; init; } = "";

    /// <summary>What share of good pictures may reach the image threshold.</summary>
    public RateEstimate FalsePositives { get; init; }

    /// <summary>What share of good pictures may be uncertain or worse.</summary>
    public RateEstimate UncertainOrWorse { get; init; }

    /// <summary>What share of good pictures may show a region.</summary>
    public RateEstimate WithRegion { get; init; }

    /// <summary>What share of defective pictures may reach the image threshold; null where no defective pictures were used.</summary>
    public RateEstimate? Recall { get; init; }

    /// <summary>What the user should know of them, one sentence each; empty if the pictures were enough.</summary>
    public IReadOnlyList<string> Warnings => [.. FindWarnings()];

    internal void WriteTo(JsonObject json)
    {
        json["source"] = Source;
        json["pictures"] = Pictures;
        if (Goal is not { } goal)
        {
            return;
        }

        json["goal"] = Goals.First(g => g.Value == goal).Key;
        json["target"] = Target;
        json["rule"] = Rule;
        json["defective"] = Defective;
        json["confidence"] = RateEstimate.Confidence;
        json["falsePositives"] = ToJson(FalsePositives);
        json["uncertainOrWorse"] = ToJson(UncertainOrWorse);
        json["withRegion"] = ToJson(WithRegion);
        json["recall"] = Recall is { } recall ? ToJson(recall) : null;
    }

    internal static ThresholdBasis FromJson(JsonFields fields)
    {
        var basis = new ThresholdBasis { Source = fields.Text("source"), Pictures = fields.Whole("pictures") };
        return !fields.Has("goal") ? basis : basis with
        {
            Goal = fields.Choice("goal", Goals),
            Target = fields.Number("target"),
            Rule = fields.Text("rule"),
            Defective = fields.Whole("defective"),
            FalsePositives = Rate(fields.Object("falsePositives")),
            UncertainOrWorse = Rate(fields.Object("uncertainOrWorse")),
            WithRegion = Rate(fields.Object("withRegion")),
            Recall = fields.Has("recall") ? Rate(fields.Object("recall")) : null,
        };
    }

    private static JsonObject ToJson(RateEstimate rate) => new() { ["rate"] = rate.Rate, ["lower"] = rate.Lower, ["upper"] = rate.Upper };

    private static RateEstimate Rate(JsonFields fields) => new(fields.Number("rate"), fields.Number("lower"), fields.Number("upper"));

    private IEnumerable<string> FindWarnings()
    {
        if (Source.Contains(TrainingPictures, StringComparison.Ordinal))
        {
            yield return "The thresholds were set on pictures that were trained on and may be too low; calibrate on others, or train with more good pictures or without --held-back 0.";
        }

        if (Goal == CalibrationGoal.FalsePositiveRate && Pictures < 1 / Target)
        {
            string made = Rule == RateThreshold.Tail ? "the threshold is extrapolated from the largest scores" : "the threshold is their largest score";
            yield return $"{Count(Pictures, "good picture")} cannot show a rate of {Percent(Target)} (that takes {Math.Ceiling(1 / Target):F0} or more), so {made}: "
                + $"expect {Percent(FalsePositives.Rate)} false alarms and at most {Percent(FalsePositives.Upper)}; calibrate on more good pictures.";
        }

        if (Goal == CalibrationGoal.Recall && Target < 1 && Defective < 1 / (1 - Target))
        {
            yield return $"{Count(Defective, "defective picture")} cannot show a recall of {Percent(Target)} (that takes {Math.Ceiling(1 / (1 - Target)):F0} or more); expect at least {Percent(Recall?.Lower ?? 0)}.";
        }
    }

    private static string Percent(double share) => (100 * share).ToString("G3", CultureInfo.InvariantCulture) + " %";

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
