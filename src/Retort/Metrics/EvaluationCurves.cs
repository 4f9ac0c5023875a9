namespace Retort.Metrics;

/// <summary>
/// The curves whose areas are the metrics of <see cref="EvaluationMetrics"/>, from the highest threshold to the lowest. A curve has no points where its
/// metric is not defined. Those of pictures hold every threshold, those of pixels are drawn to a resolution of 1/512.
/// </summary>
public sealed class EvaluationCurves
{
    private const double PixelResolution = 1.0 / 512;

    /// <summary>Share of the defective pictures found, over the share of good ones mistaken. Straight lines join the points.</summary>
    public Curve ImageRoc { get; } = new();

    /// <summary>Precision over recall of the pictures. A point's precision holds from the recall of the point before it: average precision is a sum of steps.</summary>
    public Curve ImagePrecisionRecall { get; } = new();

    /// <summary>Share of the defective pixels found, over the share of normal ones mistaken.</summary>
    public Curve PixelRoc { get; } = new(PixelResolution);

    /// <summary>Precision over recall of the pixels, in steps as <see cref="ImagePrecisionRecall"/>.</summary>
    public Curve PixelPrecisionRecall { get; } = new(PixelResolution);

    /// <summary>
    /// Mean share of the defect regions found, over the share of normal pixels mistaken, to the first point at or beyond
    /// <see cref="RegionOverlapCurve.FalsePositiveLimit"/>.
    /// </summary>
    public Curve RegionOverlap { get; } = new(PixelResolution);

    /// <summary>Keeps the last point of each curve.</summary>
    internal void End()
    {
        PixelRoc.End();
        PixelPrecisionRecall.End();
        RegionOverlap.End();
    }
}
