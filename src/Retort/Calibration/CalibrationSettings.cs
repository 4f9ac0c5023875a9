namespace Retort.Calibration;

/// <summary>How thresholds are set.</summary>
public sealed record CalibrationSettings
{
    /// <summary>The share of good pictures that may count as defective unless another is asked for.</summary>
    public const double DefaultRate = 0.02;

    /// <summary>The largest share of good pictures that can be asked for.</summary>
    public const double LargestRate = 0.5;

    private const double UncertainToDefective = 5;

    /// <summary>What the threshold of a picture is to achieve.</summary>
    public CalibrationGoal Goal { get; init; } = CalibrationGoal.FalsePositiveRate;

    /// <summary>
    /// The share of good pictures, in (0, <see cref="LargestRate"/>], that may reach the threshold, and that may show a region. Other goals use it for regions only.
    /// </summary>
    public double FalsePositiveRate { get; init; } = DefaultRate;

    /// <summary>The share of good pictures that may be uncertain or worse; null for five times <see cref="FalsePositiveRate"/>.</summary>
    public double? UncertainRate { get; init; }

    /// <summary>The share of defective pictures, in (0, 1], that are to reach the threshold; for the goal <see cref="CalibrationGoal.Recall"/>.</summary>
    public double Recall { get; init; } = 0.99;

    /// <summary>The share of good pictures that may be uncertain or worse.</summary>
    internal double UncertainRateOrDefault => UncertainRate ?? Math.Min(LargestRate, UncertainToDefective * FalsePositiveRate);

    /// <summary>Checks the shares.</summary>
    /// <exception cref="RetortException">One is out of range, or fewer pictures are to be uncertain than defective.</exception>
    public void Validate()
    {
        RequireRate(FalsePositiveRate, "--target-fpr");
        RequireRate(UncertainRateOrDefault, "--uncertain-fpr");
        if (UncertainRateOrDefault < FalsePositiveRate)
        {
            throw new RetortException($"--uncertain-fpr {UncertainRate}: this is less than --target-fpr {FalsePositiveRate}, but what is defective is more than uncertain; give a larger one.");
        }

        if (!(Recall is > 0 and <= 1))
        {
            throw new RetortException($"--recall {Recall}: not a share above 0 and up to 1; give one, for instance --recall 0.99.");
        }
    }

    private static void RequireRate(double rate, string option)
    {
        if (!(rate is > 0 and <= LargestRate))
        {
            throw new RetortException($"{option} {rate}: not a share above 0 and up to {LargestRate}; give one, for instance {option} 0.02.");
        }
    }
}
