namespace Retort.Methods.Bidirectional;

/// <summary>The mask of a picture at the sizes of the teacher's levels, where a pixel is a square of the picture's.</summary>
internal static class LevelMasks
{
    /// <summary>Marks squares of which nothing is anomalous.</summary>
    /// <param name="mask">0 or 1, <c>[count, size, size]</c>.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="size">Side in pixels, a multiple of the stride.</param>
    /// <param name="stride">Side of a square.</param>
    /// <param name="target">Receives 0 or 1, <c>[count, size / stride, size / stride]</c>.</param>
    public static void MarkNormal(ReadOnlySpan<float> mask, int count, int size, int stride, Span<float> target)
    {
        Sum(mask, count, size, stride, target);
        foreach (ref float sum in target)
        {
            sum = sum == 0 ? 1 : 0;
        }
    }

    /// <summary>Marks squares of which at least a half is anomalous.</summary>
    /// <inheritdoc cref="MarkNormal"/>
    public static void MarkAnomalous(ReadOnlySpan<float> mask, int count, int size, int stride, Span<float> target)
    {
        Sum(mask, count, size, stride, target);
        foreach (ref float sum in target)
        {
            sum = 2 * sum >= stride * stride ? 1 : 0;
        }
    }

    private static void Sum(ReadOnlySpan<float> mask, int count, int size, int stride, Span<float> target)
    {
        int side = size / stride;
        target.Clear();
        for (int row = 0; row < count * size; row++)
        {
            ReadOnlySpan<float> pixels = mask.Slice(row * size, size);
            Span<float> sums = target.Slice(row / stride * side, side);
            for (int x = 0; x < side; x++)
            {
                for (int i = 0; i < stride; i++)
                {
                    sums[x] += pixels[(x * stride) + i];
                }
            }
        }
    }
}
