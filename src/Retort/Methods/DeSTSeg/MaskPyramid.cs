namespace Retort.Methods.DeSTSeg;

/// <summary>The target of the segmentation network: the mask at a quarter of the size.</summary>
internal static class MaskPyramid
{
    /// <summary>
    /// PyTorch's <c>interpolate(mask, size/4, mode="bilinear", align_corners=False)</c> and a threshold at a half: the mean of the middle
    /// four of every 4 x 4 pixels.
    /// </summary>
    /// <param name="mask">0 or 1, <c>[count, size, size]</c>.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="size">Side in pixels, a multiple of 4.</param>
    /// <param name="target">Receives 0 or 1, <c>[count, size/4, size/4]</c>.</param>
    public static void QuarterSize(ReadOnlySpan<float> mask, int count, int size, Span<float> target)
    {
        int quarter = size / 4;
        for (int n = 0; n < count; n++)
        {
            for (int y = 0; y < quarter; y++)
            {
                ReadOnlySpan<float> upper = mask.Slice((((n * size) + (4 * y) + 1) * size), size);
                ReadOnlySpan<float> lower = mask.Slice((((n * size) + (4 * y) + 2) * size), size);
                for (int x = 0; x < quarter; x++)
                {
                    float sum = upper[(4 * x) + 1] + upper[(4 * x) + 2] + lower[(4 * x) + 1] + lower[(4 * x) + 2];
                    target[(((n * quarter) + y) * quarter) + x] = sum >= 2 ? 1 : 0;
                }
            }
        }
    }
}
