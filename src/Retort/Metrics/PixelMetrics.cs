namespace Retort.Metrics;

/// <summary>How well anomaly maps show where the defects of a test set are. A metric is null when what it needs is missing.</summary>
/// <param name="Auroc">Area under the ROC curve over all pixels of all pictures, all thresholds, ties grouped.</param>
/// <param name="AveragePrecision">Sum of the gains in recall times the precision over all pixels of all pictures, without interpolation.</param>
/// <param name="F1Max">The best F1 over all thresholds and all pixels.</param>
/// <param name="Aupro">Area under the per-region-overlap curve of the whole set, false positive limit 0.3 (MVTec AD's definition).</param>
/// <param name="ProPerImage">Mean over defective pictures of the per-region-overlap score of each by itself (the reference code of reverse distillation).</param>
/// <param name="Iap">Instance average precision (DeSTSeg).</param>
/// <param name="Iap90">Pixel precision at the threshold that finds 90 % of the defect regions (DeSTSeg).</param>
public sealed record PixelMetrics(
    double? Auroc,
    double? AveragePrecision,
    double? F1Max,
    double? Aupro,
    double? ProPerImage,
    double? Iap,
    double? Iap90)
{
    /// <summary>
    /// Computes all of them exactly: the scores of normal pixels are sorted once, those of defective pixels once, and one walk from the highest score to the
    /// lowest gives every metric but <see cref="ProPerImage"/>, which needs no order. Works in 8 bytes a pixel.
    /// </summary>
    /// <param name="maps">An anomaly map a picture, <c>[height, width]</c>; higher is more anomalous.</param>
    /// <param name="masks">True where a picture is defective, <c>[height, width]</c>; null for a picture that is good everywhere.</param>
    /// <param name="width">Pixels in a row of every map.</param>
    /// <param name="height">Rows of every map.</param>
    /// <param name="ignored">True where a picture does not count, <c>[height, width]</c>; null for a picture of which all counts, or for all pictures.</param>
    /// <param name="curves">Takes the curves behind the metrics; may be null.</param>
    /// <exception cref="ArgumentException">Numbers or sizes of maps and masks do not fit.</exception>
    /// <exception cref="RetortException">A map holds NaN or infinity, or there are more pixels than an array holds.</exception>
    public static PixelMetrics Compute(
        IReadOnlyList<float[]> maps, IReadOnlyList<bool[]?> masks, int width, int height, IReadOnlyList<bool[]?>? ignored = null, EvaluationCurves? curves = null)
    {
        masks = ignored is null ? masks : [.. masks.Zip(ignored, WithoutIgnored)];
        long positives = Check(maps, masks, width, height);
        long negatives = ((long)maps.Count * width * height) - positives - (ignored?.Sum(marks => (long)(marks?.Count(true) ?? 0)) ?? 0);
        if (negatives > Array.MaxLength || positives > Array.MaxLength)
        {
            throw new RetortException($"{maps.Count} test pictures of {width} x {height} are more pixels than can be ranked at once; evaluate a smaller test set.");
        }

        var normalKeys = new uint[negatives];
        var defectKeys = new uint[positives];
        var defectRegions = new int[positives];
        var regionSizes = new List<int>();
        double? pro = Gather(maps, masks, ignored, width, height, normalKeys, defectKeys, defectRegions, regionSizes);

        ScoreKeys.Sort(normalKeys, new uint[negatives]);
        Array.Sort(defectKeys, defectRegions);
        return Walk(normalKeys, defectKeys, defectRegions, regionSizes, pro, curves);
    }

    private static long Check(IReadOnlyList<float[]> maps, IReadOnlyList<bool[]?> masks, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(masks);
        if (maps.Count != masks.Count)
        {
            throw new ArgumentException($"There are {maps.Count} maps but {masks.Count} masks.", nameof(masks));
        }

        long positives = 0;
        for (int i = 0; i < maps.Count; i++)
        {
            if (maps[i].Length != width * height || (masks[i] is { } mask && mask.Length != width * height))
            {
                throw new ArgumentException($"Map and mask of picture {i + 1} need {width} x {height} elements.", nameof(maps));
            }

            if (!ScoreKeys.AllFinite(maps[i]))
            {
                throw new RetortException($"The anomaly map of test picture {i + 1} holds values that are not numbers; train the detector again with a lower learning rate.");
            }

            positives += masks[i]?.Count(true) ?? 0;
        }

        return positives;
    }

    private static bool[]? WithoutIgnored(bool[]? mask, bool[]? ignored) =>
        mask is null || ignored is null ? mask : [.. mask.Zip(ignored, (defective, ignore) => defective && !ignore)];

    /// <summary>The values of the pixels that count, in their order.</summary>
    private static T[] Counted<T>(T[] values, bool[]? ignored) => ignored is null ? values : [.. values.Where((_, i) => !ignored[i])];

    /// <summary>Splits all pixels into normal and defective ones, numbers the regions of the whole set, and returns the mean per-picture score.</summary>
    private static double? Gather(
        IReadOnlyList<float[]> maps,
        IReadOnlyList<bool[]?> masks,
        IReadOnlyList<bool[]?>? ignored,
        int width,
        int height,
        uint[] normalKeys,
        uint[] defectKeys,
        int[] defectRegions,
        List<int> regionSizes)
    {
        int normal = 0, defective = 0, pictures = 0;
        double proSum = 0;
        var regionAt = new int[width * height];
        for (int i = 0; i < maps.Count; i++)
        {
            float[] map = Counted(maps[i], ignored?[i]);
            if (masks[i] is not { } mask)
            {
                foreach (float value in map)
                {
                    normalKeys[normal++] = ScoreKeys.ToKey(value);
                }

                continue;
            }

            int regions = ConnectedComponents.Label(mask, width, height, regionAt);
            int[] labels = Counted(regionAt, ignored?[i]);
            var sizes = new int[regions];
            int firstRegion = regionSizes.Count;
            for (int p = 0; p < map.Length; p++)
            {
                uint key = ScoreKeys.ToKey(map[p]);
                if (labels[p] == 0)
                {
                    normalKeys[normal++] = key;
                    continue;
                }

                sizes[labels[p] - 1]++;
                defectKeys[defective] = key;
                defectRegions[defective++] = firstRegion + labels[p] - 1;
            }

            regionSizes.AddRange(sizes);
            if (PerImageOverlap.Compute(map, labels, sizes) is { } score)
            {
                proSum += score;
                pictures++;
            }
        }

        return pictures > 0 ? proSum / pictures : null;
    }

    private static PixelMetrics Walk(uint[] normalKeys, uint[] defectKeys, int[] defectRegions, List<int> regionSizes, double? pro, EvaluationCurves? curves)
    {
        int regions = regionSizes.Count;
        var weights = new double[regions];
        var missing = new int[regions];
        for (int r = 0; r < regions; r++)
        {
            weights[r] = 1.0 / ((double)regionSizes[r] * regions);
            missing[r] = (regionSizes[r] / 2) + 1;
        }

        var ranking = new RankingCurve(defectKeys.Length, normalKeys.Length);
        bool bothKinds = defectKeys.Length > 0 && normalKeys.Length > 0;
        var overlaps = new RegionOverlapCurve(bothKinds ? curves?.RegionOverlap : null);
        var precisions = new double[regions];
        double overlap = 0;
        int found = 0;
        int n = normalKeys.Length - 1, d = defectKeys.Length - 1;
        while (n >= 0 || d >= 0)
        {
            uint key = n < 0 ? defectKeys[d] : d < 0 ? normalKeys[n] : Math.Max(normalKeys[n], defectKeys[d]);
            int normalBefore = n, defectBefore = d, foundBefore = found;
            while (n >= 0 && normalKeys[n] == key)
            {
                n--;
            }

            for (; d >= 0 && defectKeys[d] == key; d--)
            {
                int region = defectRegions[d];
                overlap += weights[region];
                if (--missing[region] == 0)
                {
                    found++;
                }
            }

            ranking.Add(defectBefore - d, normalBefore - n);
            ranking.AddTo(curves?.PixelRoc, curves?.PixelPrecisionRecall);
            overlaps.Add(ranking.FalsePositives / (double)normalKeys.Length, overlap);
            precisions.AsSpan(foundBefore, found - foundBefore).Fill(ranking.Precision);
        }

        curves?.End();
        (double? iap, double? iap90) = InstancePrecision.Compute(precisions);
        return new PixelMetrics(
            ranking.Auroc, ranking.AveragePrecision, ranking.F1Max, bothKinds ? overlaps.Aupro : null, pro, iap, iap90);
    }
}
