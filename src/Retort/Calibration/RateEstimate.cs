using MathNet.Numerics.Distributions;

namespace Retort.Calibration;

/// <summary>
/// A share of pictures that is known from a sample: for instance what share of good pictures reaches a threshold. Between the two ends it lies with
/// at least <see cref="Confidence"/>, over the samples that might have been drawn.
/// </summary>
/// <param name="Rate">The share that is to be expected, in [0, 1].</param>
/// <param name="Lower">The lower end, in [0, 1].</param>
/// <param name="Upper">The upper end, in [0, 1].</param>
public readonly record struct RateEstimate(double Rate, double Lower, double Upper)
{
    /// <summary>How sure every interval is, at least.</summary>
    public const double Confidence = 0.95;

    /// <summary>How likely the share is to lie above an interval, and at most how likely below it.</summary>
    internal const double Outside = (1 - Confidence) / 2;

    /// <summary>
    /// The share of a population above the <paramref name="rank"/>-th largest of <paramref name="count"/> values drawn from it. Whatever the
    /// population, it has the distribution Beta(rank, count + 1 - rank), whose mean is rank / (count + 1); with equal values among them it is smaller.
    /// The interval is two-sided and exact.
    /// </summary>
    /// <remarks>H. A. David, H. N. Nagaraja: Order Statistics, section 2.3.</remarks>
    internal static RateEstimate AboveRank(int rank, int count) => new(
        (double)rank / (count + 1),
        Beta.InvCDF(rank, count + 1 - rank, Outside),
        Beta.InvCDF(rank, count + 1 - rank, 1 - Outside));

    /// <summary>A share of which <paramref name="hits"/> of <paramref name="count"/> were counted: the exact two-sided interval of Clopper and Pearson (1934).</summary>
    internal static RateEstimate Counted(int hits, int count) => new(
        (double)hits / count,
        hits == 0 ? 0 : Beta.InvCDF(hits, count - hits + 1, Outside),
        hits == count ? 1 : Beta.InvCDF(hits + 1, count - hits, 1 - Outside));
}
