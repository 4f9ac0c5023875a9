namespace Retort.Metrics;

/// <summary>One of the numbers of <see cref="EvaluationMetrics"/>: what it is called, and where it is.</summary>
/// <param name="Key">Its name for other programs, for instance <c>image_auroc</c>.</param>
/// <param name="Title">Its name for people, for instance <c>image AUROC</c>.</param>
/// <param name="Of">Takes it, as a fraction; null where it is not defined.</param>
internal sealed record Metric(string Key, string Title, Func<EvaluationMetrics, double?> Of)
{
    /// <summary>All metrics, in the order they are shown.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("image_auroc", "image AUROC", m => m.ImageAuroc),
        new("image_ap", "image AP", m => m.ImageAp),
        new("image_f1_max", "image F1 max", m => m.ImageF1Max),
        new("pixel_auroc", "pixel AUROC", m => m.PixelAuroc),
        new("pixel_ap", "pixel AP", m => m.PixelAp),
        new("pixel_f1_max", "pixel F1 max", m => m.PixelF1Max),
        new("aupro", "AUPRO (FPR 0.3)", m => m.Aupro),
        new("pro_per_image", "PRO per image", m => m.ProPerImage),
        new("iap", "IAP", m => m.Iap),
        new("iap90", "IAP@90", m => m.Iap90),
    ];
}
