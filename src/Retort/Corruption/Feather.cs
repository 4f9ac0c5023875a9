using System.Buffers;

namespace Retort.Corruption;

/// <summary>Soft edges for anomalies, so that a network cannot find them by their cut edges.</summary>
internal static class Feather
{
    private const double Reach = 3;

    /// <summary>
    /// Turns a mask into weights, in place: <c>min(1, 2 G m)</c> with a Gaussian G. The edge fades outwards: all that was set keeps at least about a half,
    /// however thin it is, and the inside of what is thick keeps 1.
    /// </summary>
    /// <param name="weights">0 or 1 before, from 0 to 1 after, <c>[size, size]</c>. Outside of the picture the edge's values go on.</param>
    /// <param name="size">The side in pixels.</param>
    /// <param name="sigma">Standard deviation of the Gaussian in pixels.</param>
    public static void Apply(Span<float> weights, int size, double sigma)
    {
        int radius = (int)Math.Ceiling(Reach * sigma);
        Span<float> taps = stackalloc float[radius + 1];
        double sum = 0;
        for (int k = 0; k <= radius; k++)
        {
            double tap = Math.Exp(-(k * k) / (2 * sigma * sigma));
            taps[k] = (float)tap;
            sum += k == 0 ? tap : 2 * tap;
        }

        foreach (ref float tap in taps)
        {
            tap = (float)(tap / sum);
        }

        float[] rented = ArrayPool<float>.Shared.Rent(weights.Length);
        Span<float> across = rented.AsSpan(0, weights.Length);
        for (int y = 0; y < size; y++)
        {
            Blur(weights.Slice(y * size, size), taps, across.Slice(y * size, size), 1);
        }

        for (int x = 0; x < size; x++)
        {
            Blur(across[x..], taps, weights[x..], size);
        }

        ArrayPool<float>.Shared.Return(rented);
        foreach (ref float weight in weights)
        {
            weight = Math.Min(1, 2 * weight);
        }
    }

    // Every stride-th value of a span is a line.
    private static void Blur(ReadOnlySpan<float> source, ReadOnlySpan<float> taps, Span<float> target, int stride)
    {
        int last = (source.Length - 1) / stride;
        for (int i = 0; i <= last; i++)
        {
            float sum = taps[0] * source[i * stride];
            for (int k = 1; k < taps.Length; k++)
            {
                sum += taps[k] * (source[Math.Max(0, i - k) * stride] + source[Math.Min(last, i + k) * stride]);
            }

            target[i * stride] = sum;
        }
    }
}
