using Retort.Calibration;
using Retort.Detectors;

namespace Retort.Cli.Display;

/// <summary>Thresholds for people: what they are, and how they were set.</summary>
internal static class ThresholdLines
{
    /// <summary>Writes them as sentences, each begun with its name.</summary>
    public static void Write(TextWriter output, Thresholds thresholds)
    {
        foreach ((string name, string value) in Of(thresholds))
        {
            output.WriteLine($"{name} {value}".TrimStart());
        }
    }

    /// <summary>Names and what is to say of them.</summary>
    public static IEnumerable<(string Name, string Value)> Of(Thresholds thresholds)
    {
        ThresholdBasis basis = thresholds.Basis;
        yield return ("threshold", $"{Numbers.Short(thresholds.Image)} for a picture (uncertain from {Numbers.Short(thresholds.Uncertain)}), {Numbers.Short(thresholds.Pixel)} for a pixel");
        string pictures = Numbers.Count(basis.Pictures, basis.Source + " picture");
        yield return ("set on", basis.Goal switch
        {
            null => $"{pictures} by an early Retort: their largest score and half its distance from the median",
            CalibrationGoal.FalsePositiveRate => $"{pictures}, for {Numbers.Share(basis.Target)} of good pictures over the threshold, by the {basis.Rule} of their scores",
            CalibrationGoal.F1 => $"{pictures} and {Numbers.Count(basis.Defective, "defective one")}, for the largest F1",
            _ => $"{pictures} and {Numbers.Count(basis.Defective, "defective one")}, for a recall of {Numbers.Share(basis.Target)}",
        });
        if (basis.Goal is null)
        {
            yield break;
        }

        yield return ("expect", $"{Text(basis.FalsePositives)} of good pictures defective, {Text(basis.UncertainOrWorse)} uncertain or worse, {Text(basis.WithRegion)} with a region");
        if (basis.Recall is { } recall)
        {
            yield return ("", $"{Text(recall)} of defective pictures found");
        }
    }

    private static string Text(RateEstimate rate) => $"{Numbers.Share(rate.Rate)} ({Numbers.Share(rate.Lower)} to {Numbers.Share(rate.Upper)})";
}
