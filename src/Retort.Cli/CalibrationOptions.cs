using System.CommandLine;
using Retort.Calibration;

namespace Retort.Cli;

/// <summary>Options of all verbs that set thresholds.</summary>
internal static class CalibrationOptions
{
    private const double SmallestRate = 1e-6;

    public static Option<double> TargetRate() => CommonOptions.Number(
        "--target-fpr", "SHARE", SmallestRate, CalibrationSettings.LargestRate, CalibrationSettings.DefaultRate, "The share of good pictures that may count as defective (false-positive rate).");

    public static Option<double?> UncertainRate() => CommonOptions.OptionalNumber(
        "--uncertain-fpr", "SHARE", SmallestRate, CalibrationSettings.LargestRate, 0.1, "The share of good pictures that may be uncertain or worse, instead of five times that.");

    /// <summary>What the thresholds of good pictures are to achieve.</summary>
    /// <exception cref="UsageException">The rates do not fit together.</exception>
    public static CalibrationSettings Read(ParseResult parsed, Option<double> targetRate, Option<double?> uncertainRate) =>
        Validate(new CalibrationSettings { FalsePositiveRate = parsed.GetValue(targetRate), UncertainRate = parsed.GetValue(uncertainRate) });

    /// <summary>Checks settings.</summary>
    /// <exception cref="UsageException">The rates do not fit together.</exception>
    public static CalibrationSettings Validate(CalibrationSettings settings)
    {
        try
        {
            settings.Validate();
            return settings;
        }
        catch (RetortException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
