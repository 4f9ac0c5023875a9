namespace Retort.Calibration;

/// <summary>A threshold that a given share of good pictures is to reach.</summary>
/// <param name="Value">From this value on.</param>
/// <param name="Reached">What share of good pictures may reach it.</param>
/// <param name="Rule">How it was found: <see cref="Quantile"/> or <see cref="Tail"/>.</param>
internal readonly record struct RateThreshold(float Value, RateEstimate Reached, string Rule)
{
    /// <summary>It lies just above one of the sample's own values.</summary>
    public const string Quantile = "quantile";

    /// <summary>It was extrapolated from the sample's largest values.</summary>
    public const string Tail = "tail";

    /// <summary>From so many values on that are expected above the threshold, their own order says better where it lies than any extrapolation.</summary>
    private const int EnoughAbove = 5;

    /// <summary>Finds the threshold for a rate.</summary>
    /// <param name="values">A value of each good picture.</param>
    /// <param name="rate">The share of good pictures that is to reach it, in (0, 0.5].</param>
    public static RateThreshold For(IEnumerable<float> values, double rate)
    {
        double[] sorted = [.. values.Select(v => (double)v).Order()];
        int rank = (int)((sorted.Length + 1) * rate);
        if (rank < EnoughAbove && ParetoTail.Fit(sorted) is { } tail)
        {
            float value = (float)tail.ThresholdFor(rate);
            return new RateThreshold(value, tail.EstimateAbove(value), Tail);
        }

        // Just above: a value that occurs several times must not be reached by all of them.
        rank = Math.Max(1, rank);
        return new RateThreshold(MathF.BitIncrement((float)sorted[^rank]), RateEstimate.AboveRank(rank, sorted.Length), Quantile);
    }
}
