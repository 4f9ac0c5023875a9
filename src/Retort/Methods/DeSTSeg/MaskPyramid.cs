namespace Retort.Methods.DeSTSeg;

/// <summary>The target of the segmentation network: the mask at the size of its map.</summary>
internal static class MaskPyramid
{
    /// <summary>
    /// PyTorch's <c>interpolate(mask, size / factor, mode="bilinear", align_corners=False)</c> and a threshold at a half: the mean of the
    /// middle four of every factor x factor pixels.
    /// </summary>
    /// <param name="mask">0 or 1, <c>[count, size, size]</c>.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="size">Side in pixels, a multiple of the factor.</param>
    /// <param name="factor">Even: 4 for the paper's map.</param>
    /// <param name="target">Receives 0 or 1, <c>[count, size / factor, size / factor]</c>.</param>
    public static void Shrink(ReadOnlySpan<float> mask, int count, int size, int factor, Span<float> target)
    {
        int side = size / factor;
        int before = (factor / 2) - 1;
        for (int n = 0; n < count; n++)
        {
            for (int y = 0; y < side; y++)
            {
                ReadOnlySpan<float> upper = mask.Slice(((n * size) + (factor * y) + before) * size, 2 * size);
                ReadOnlySpan<float> lower = upper[size..];
                for (int x = 0; x < side; x++)
                {
                    int left = (factor * x) + before;
                    float sum = upper[left] + upper[left + 1] + lower[left] + lower[left + 1];
                    target[(((n * side) + y) * side) + x] = sum >= 2 ? 1 : 0;
                }
            }
        }
    }
}
