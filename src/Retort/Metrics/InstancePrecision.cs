namespace Retort.Metrics;

/// <summary>
/// Instance average precision (IAP and IAP@90) of DeSTSeg (CVPR 2023, section 4.1): a defect region counts as found when more than half of
/// its pixels are. For each region, at the threshold that just finds it, what share of all pixels found is defective?
/// </summary>
internal static class InstancePrecision
{
    /// <summary>Computes IAP and the precision at a recall of 0.9.</summary>
    /// <param name="precisions">
    /// The pixel precision at the threshold of each region, in falling order of these thresholds. It is replaced by its envelope:
    /// the largest precision at this or any lower threshold.
    /// </param>
    /// <returns>Nulls when there are no regions.</returns>
    public static (double? Iap, double? Iap90) Compute(Span<double> precisions)
    {
        int count = precisions.Length;
        if (count == 0)
        {
            return (null, null);
        }

        double sum = 0, best = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            best = Math.Max(best, precisions[i]);
            precisions[i] = best;
            sum += best;
        }

        // Recall is written as 1 - i / m, as in the reference, because rounding decides where it reaches 0.9.
        int found = 0;
        while (1 - ((count - 1 - found) / (double)count) < 0.9)
        {
            found++;
        }

        return (sum / count, precisions[found]);
    }
}
