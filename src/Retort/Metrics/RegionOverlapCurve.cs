namespace Retort.Metrics;

/// <summary>
/// Area under the per-region-overlap curve of a whole test set (AUPRO; Bergmann et al., "The MVTec anomaly detection dataset", IJCV 2021):
/// the mean share of each region that is found, over the share of normal pixels falsely found, up to a limit of the latter, divided by that limit.
/// Straight lines join the points of the curve, also where it crosses the limit.
/// </summary>
/// <param name="points">Takes the points of the curve, to the first one at or beyond <see cref="FalsePositiveLimit"/>; may be null.</param>
internal struct RegionOverlapCurve(Curve? points)
{
    /// <summary>The largest share of normal pixels falsely found that counts: 0.3.</summary>
    public const double FalsePositiveLimit = 0.3;

    private double _area;
    private double _falseShare;
    private double _overlap;

    /// <summary>The area so far over <see cref="FalsePositiveLimit"/>.</summary>
    public readonly double Aupro => _area / FalsePositiveLimit;

    /// <summary>Adds the point of the next lower threshold.</summary>
    /// <param name="falseShare">Share of normal pixels at or above the threshold.</param>
    /// <param name="overlap">Mean share of the regions' pixels at or above the threshold.</param>
    public void Add(double falseShare, double overlap)
    {
        double width = falseShare - _falseShare;
        if (_falseShare < FalsePositiveLimit)
        {
            points?.Add(falseShare, overlap);
        }

        if (_falseShare < FalsePositiveLimit && width > 0)
        {
            double inside = Math.Min(width, FalsePositiveLimit - _falseShare);
            double end = _overlap + ((overlap - _overlap) * (inside / width));
            _area += inside * (_overlap + end) / 2;
        }

        _falseShare = falseShare;
        _overlap = overlap;
    }
}
