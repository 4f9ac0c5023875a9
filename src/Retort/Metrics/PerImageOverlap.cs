namespace Retort.Metrics;

/// <summary>
/// The per-region-overlap score of one picture by itself, after <c>compute_pro</c> of the reference code of reverse distillation (Deng and Li,
/// CVPR 2022): about 200 thresholds between the smallest and the largest value of this picture's map, of which those count that falsely find
/// less than 0.3 of its normal pixels; the share falsely found is then divided by the largest that counted.
/// </summary>
/// <remarks>
/// Not comparable with <see cref="RegionOverlapCurve"/>, which has one set of thresholds for the whole test set. Where the reference fails, this gives:
/// 0 for a constant map and for a map of which fewer than two thresholds count, and the largest overlap when no threshold that counts finds
/// any normal pixel.
/// </remarks>
internal static class PerImageOverlap
{
    private const int Thresholds = 200;
    private const double FalsePositiveLimit = 0.3;

    /// <summary>Computes the score of one picture.</summary>
    /// <param name="map">Its anomaly map.</param>
    /// <param name="labels">The number of the region each pixel belongs to, 0 for normal ones.</param>
    /// <param name="regionSizes">Pixels of region 1, 2 and so on.</param>
    /// <returns>Null when the picture has no region or no normal pixel.</returns>
    public static double? Compute(ReadOnlySpan<float> map, ReadOnlySpan<int> labels, ReadOnlySpan<int> regionSizes)
    {
        int normal = map.Length;
        foreach (int size in regionSizes)
        {
            normal -= size;
        }

        if (regionSizes.IsEmpty || normal == 0)
        {
            return null;
        }

        double[] thresholds = ThresholdsOf(map);
        int count = thresholds.Length;

        // Each pixel is found by the first k thresholds; summing from the last back gives what each threshold finds.
        var falsePositives = new long[count + 1];
        var overlap = new double[count + 1];
        var weights = new double[regionSizes.Length + 1];
        for (int region = 1; region < weights.Length; region++)
        {
            weights[region] = 1.0 / ((double)regionSizes[region - 1] * regionSizes.Length);
        }

        double scale = count > 1 ? 1 / (thresholds[1] - thresholds[0]) : 0;
        for (int i = 0; i < map.Length; i++)
        {
            double value = map[i];
            int below = count == 0 ? 0 : Math.Clamp((int)((value - thresholds[0]) * scale), 0, count);
            while (below < count && thresholds[below] < value)
            {
                below++;
            }

            while (below > 0 && thresholds[below - 1] >= value)
            {
                below--;
            }

            if (labels[i] == 0)
            {
                falsePositives[below]++;
            }
            else
            {
                overlap[below] += weights[labels[i]];
            }
        }

        for (int k = count - 1; k >= 0; k--)
        {
            falsePositives[k] += falsePositives[k + 1];
            overlap[k] += overlap[k + 1];
        }

        // Threshold t finds the pixels above it: those with more than t thresholds below them.
        return Area(falsePositives.AsSpan(1), overlap.AsSpan(1), normal);
    }

    private static double Area(ReadOnlySpan<long> falsePositives, ReadOnlySpan<double> overlap, int normal)
    {
        int first = 0;
        while (first < overlap.Length && falsePositives[first] / (double)normal >= FalsePositiveLimit)
        {
            first++;
        }

        if (overlap.Length - first < 2)
        {
            return 0;
        }

        if (falsePositives[first] == 0)
        {
            return overlap[first];
        }

        double area = 0;
        for (int t = first + 1; t < overlap.Length; t++)
        {
            area += (falsePositives[t - 1] - falsePositives[t]) * (overlap[t - 1] + overlap[t]) / 2;
        }

        return area / falsePositives[first];
    }

    /// <summary><c>numpy.arange(min, max, (max - min) / 200)</c>, rounding included: it may give one threshold more than 200.</summary>
    private static double[] ThresholdsOf(ReadOnlySpan<float> map)
    {
        float min = map[0], max = map[0];
        foreach (float value in map)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        if (min == max)
        {
            return [];
        }

        double delta = ((double)max - min) / Thresholds;
        var thresholds = new double[(int)Math.Ceiling(((double)max - min) / delta)];
        double step = min + delta - min;
        for (int i = 0; i < thresholds.Length; i++)
        {
            thresholds[i] = min + (i * step);
        }

        return thresholds;
    }
}
