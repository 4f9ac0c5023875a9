namespace Retort.Metrics;

/// <summary>
/// All metrics of a detector on a test set, as fractions. A metric is null when the test set lacks what it needs: defective pictures, good pictures,
/// or for the pixel metrics masks.
/// </summary>
public sealed record EvaluationMetrics
{
    /// <summary>Area under the ROC curve of the pictures' scores.</summary>
    public double? ImageAuroc { get; init; }

    /// <summary>Average precision of the pictures' scores.</summary>
    public double? ImageAp { get; init; }

    /// <summary>The best F1 of the pictures' scores over all thresholds.</summary>
    public double? ImageF1Max { get; init; }

    /// <summary>Area under the ROC curve of all pixels.</summary>
    public double? PixelAuroc { get; init; }

    /// <summary>Average precision of all pixels.</summary>
    public double? PixelAp { get; init; }

    /// <summary>The best F1 of all pixels over all thresholds.</summary>
    public double? PixelF1Max { get; init; }

    /// <summary>Area under the per-region-overlap curve of the whole test set, false positive limit 0.3.</summary>
    public double? Aupro { get; init; }

    /// <summary>Mean of the per-region-overlap scores of single pictures; not comparable with <see cref="Aupro"/>.</summary>
    public double? ProPerImage { get; init; }

    /// <summary>Instance average precision.</summary>
    public double? Iap { get; init; }

    /// <summary>Pixel precision where 90 % of the defect regions are found.</summary>
    public double? Iap90 { get; init; }

    /// <summary>Computes all metrics. See <see cref="ImageMetrics"/> and <see cref="PixelMetrics"/> for the definitions.</summary>
    /// <param name="scores">A score a picture; higher is more anomalous.</param>
    /// <param name="labels">True for a defective picture.</param>
    /// <param name="maps">An anomaly map a picture, <c>[height, width]</c>.</param>
    /// <param name="masks">
    /// True where a picture is defective, <c>[height, width]</c>; null for a good picture. When it is null for a defective one, the truth about its pixels is
    /// not known and all pixel metrics are null.
    /// </param>
    /// <param name="width">Pixels in a row of every map.</param>
    /// <param name="height">Rows of every map.</param>
    /// <param name="ignored">True where a picture does not count, <c>[height, width]</c>; null for a picture of which all counts, or for all pictures.</param>
    /// <param name="curves">Takes the curves behind the metrics; may be null.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or a map or mask in size.</exception>
    /// <exception cref="RetortException">A score or map holds NaN or infinity.</exception>
    public static EvaluationMetrics Compute(
        IReadOnlyList<float> scores,
        IReadOnlyList<bool> labels,
        IReadOnlyList<float[]> maps,
        IReadOnlyList<bool[]?> masks,
        int width,
        int height,
        IReadOnlyList<bool[]?>? ignored = null,
        EvaluationCurves? curves = null)
    {
        ImageMetrics image = ImageMetrics.Compute(scores, labels, curves);
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(masks);
        if (maps.Count != labels.Count || masks.Count != labels.Count)
        {
            throw new ArgumentException($"There are {labels.Count} labels but {maps.Count} maps and {masks.Count} masks.", nameof(maps));
        }

        bool known = labels.Zip(masks).All(picture => !picture.First || picture.Second is not null);
        PixelMetrics? pixel = known ? PixelMetrics.Compute(maps, masks, width, height, ignored, curves) : null;
        return new EvaluationMetrics
        {
            ImageAuroc = image.Auroc,
            ImageAp = image.AveragePrecision,
            ImageF1Max = image.F1Max,
            PixelAuroc = pixel?.Auroc,
            PixelAp = pixel?.AveragePrecision,
            PixelF1Max = pixel?.F1Max,
            Aupro = pixel?.Aupro,
            ProPerImage = pixel?.ProPerImage,
            Iap = pixel?.Iap,
            Iap90 = pixel?.Iap90,
        };
    }
}
