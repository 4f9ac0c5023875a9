namespace Retort.Bench;

/// <summary>The middle of some figures: what a busy moment of the machine moves least.</summary>
internal static class Median
{
    /// <summary>The middle one; of an even number the larger of the two.</summary>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
