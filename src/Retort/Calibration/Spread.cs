namespace Retort.Calibration;

/// <summary>How much values differ, as a standard deviation that single outliers do not move.</summary>
internal static class Spread
{
    // What makes these deviations those of a normal distribution.
    private const double OfMedianDeviation = 1.4826;
    private const double OfMeanDeviation = 1.2533;

    /// <summary>
    /// The median distance from the median, scaled; where more than half of the values are equal, their mean distance; where all are, a hundredth of their
    /// magnitude. Always above 0.
    /// </summary>
    public static float Of(IEnumerable<float> values)
    {
        double[] sorted = [.. values.Select(v => (double)v).Order()];
        double median = Median(sorted);
        double[] distances = [.. sorted.Select(v => Math.Abs(v - median)).Order()];
        double[] candidates = [OfMedianDeviation * Median(distances), OfMeanDeviation * distances.Average(), Math.Abs(median) / 100];
        return candidates.Select(c => (float)c).FirstOrDefault(c => c > 0, 1);
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
