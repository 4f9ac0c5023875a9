namespace Retort.Corruption;

/// <summary>The threshold that parts a histogram into the two classes of largest variance between them (Otsu 1979).</summary>
/// <param name="Level">Values up to it are the lower class.</param>
/// <param name="Separability">
/// The share of the variance that lies between the classes, from 0 to 1: 2 / pi = 0.64 for a normal distribution, 0.75 for a uniform one, near 1 for
/// two heaps apart.
/// </param>
internal readonly record struct OtsuThreshold(int Level, double Separability)
{
    /// <summary>Finds the threshold of a histogram; the lowest, if several are as good.</summary>
    /// <param name="histogram">How often each value from 0 occurs.</param>
    public static OtsuThreshold Find(ReadOnlySpan<int> histogram)
    {
        long count = 0, sum = 0;
        double squares = 0;
        for (int value = 0; value < histogram.Length; value++)
        {
            count += histogram[value];
            sum += (long)value * histogram[value];
            squares += (double)value * value * histogram[value];
        }

        double mean = (double)sum / count, variance = (squares / count) - (mean * mean);
        double best = 0;
        int level = 0;
        long below = 0, sumBelow = 0;
        for (int value = 0; value < histogram.Length - 1; value++)
        {
            below += histogram[value];
            sumBelow += (long)value * histogram[value];
            if (below == 0 || below == count)
            {
                continue;
            }

            double share = (double)below / count;
            double apart = mean - ((double)sumBelow / below);
            double between = apart * apart * share / (1 - share);
            if (between > best)
            {
                (best, level) = (between, value);
            }
        }

        return new OtsuThreshold(level, variance > 0 ? best / variance : 0);
    }
}
