namespace Retort.Calibration;

/// <summary>Thresholds from scores of good and of defective pictures. Each lies midway between two neighbouring scores.</summary>
internal static class LabelledThreshold
{
    /// <summary>The threshold with the largest F1, 2 TP / (TP + FP + P); the highest where there are several.</summary>
    public static float ForF1(IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        float best = float.PositiveInfinity;
        double bestF1 = -1;
        foreach (float candidate in defective.Distinct().OrderDescending())
        {
            int found = CountFrom(candidate, defective), alarms = CountFrom(candidate, good);
            double f1 = 2.0 * found / (found + alarms + defective.Count);
            if (f1 > bestF1)
            {
                (best, bestF1) = (candidate, f1);
            }
        }

        return Below(best, good, defective);
    }

    /// <summary>The largest threshold that at least this share of the defective pictures reaches.</summary>
    public static float ForRecall(double recall, IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        // A share such as 0.7 of 10 is not quite 7 in binary.
        int needed = Math.Clamp((int)Math.Ceiling((recall * defective.Count) - 1e-9), 1, defective.Count);
        return Below(defective.OrderDescending().ElementAt(needed - 1), good, defective);
    }

    /// <summary>How many values are at least this.</summary>
    public static int CountFrom(float threshold, IEnumerable<float> values) => values.Count(v => v >= threshold);

    // Midway to the next lower score: as far as may be from what it parts.
    private static float Below(float lowest, IReadOnlyList<float> good, IReadOnlyList<float> defective)
    {
        float next = good.Concat(defective).Where(v => v < lowest).DefaultIfEmpty(lowest).Max();
        float middle = (float)(((double)next + lowest) / 2);
        return middle > next ? middle : lowest;
    }
}
