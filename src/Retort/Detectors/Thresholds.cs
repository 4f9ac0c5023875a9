namespace Retort.Detectors;

/// <summary>From which values on a picture or a pixel counts as anomalous, and where those values come from.</summary>
/// <param name="Image">A picture whose score is at least this is anomalous.</param>
/// <param name="Pixel">A pixel of the map that is at least this belongs to a region.</param>
/// <param name="Source">Which good pictures they were set on: <see cref="HeldBack"/>, <see cref="TrainingPictures"/> or <see cref="Given"/>.</param>
/// <param name="Pictures">How many.</param>
public sealed record Thresholds(float Image, float Pixel, string Source, int Pictures)
{
    /// <summary>Good pictures that took no part in training.</summary>
    public const string HeldBack = "held-back";

    /// <summary>The pictures the detector was trained on, for want of others; such thresholds tend to be too low.</summary>
    public const string TrainingPictures = "training";

    /// <summary>Good pictures that were given for it; whether training saw them is not known.</summary>
    public const string Given = "given";

    /// <summary>The share of the distance from median to maximum that is added to the maximum.</summary>
    private const double Margin = 0.5;

    /// <summary>Sets both thresholds from good pictures.</summary>
    /// <param name="scores">The image score of each.</param>
    /// <param name="peaks">The largest map value of each.</param>
    /// <param name="source">Which pictures they are.</param>
    /// <remarks>
    /// The rule is the largest value on a good picture, and half the distance from the median to it on top:
    /// <c>max + 0.5 (max - median)</c>. Of n good pictures the largest is exceeded by a further good one with probability
    /// 1 / (n + 1), which for the usual 20 is too often; the margin scales with how much good pictures differ among themselves,
    /// so it needs no knowledge of the method's scale. Always above the largest, even where all are equal.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no pictures, or not as many peaks as scores.</exception>
    public static Thresholds FromGood(ReadOnlySpan<float> scores, ReadOnlySpan<float> peaks, string source)
    {
        if (scores.IsEmpty || scores.Length != peaks.Length)
        {
            throw new ArgumentException("Thresholds need a score and a peak of at least one picture.", nameof(scores));
        }

        return new Thresholds(Above(scores), Above(peaks), source, scores.Length);
    }

    private static float Above(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        double largest = sorted[^1];
        double median = (sorted[(sorted.Length - 1) / 2] + (double)sorted[sorted.Length / 2]) / 2;
        return MathF.BitIncrement((float)(largest + (Margin * (largest - median))));
    }
}
