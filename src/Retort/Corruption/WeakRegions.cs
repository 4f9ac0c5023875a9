using System.Buffers;
using Retort.Metrics;

namespace Retort.Corruption;

/// <summary>Regions of a mask that are no anomaly: too small for a defect, or with a surface that is hardly another than the picture's own.</summary>
/// <param name="LeastPixels">Regions of fewer pixels go.</param>
/// <param name="LeastChange">Regions whose values change by less go, in levels of 255, mean over pixels and channels.</param>
internal readonly record struct WeakRegions(double LeastPixels, double LeastChange)
{
    /// <summary>Removes regions in place; pixels that touch by a side or a corner are one region.</summary>
    /// <param name="mask">The mask, <c>[size, size]</c>.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="image">The picture, <c>[size, size, 3]</c>.</param>
    /// <param name="surface">What takes its place in the mask, <c>[size, size, 3]</c>.</param>
    /// <param name="opacity">How much of it does.</param>
    public void Remove(Span<bool> mask, int size, ReadOnlySpan<byte> image, ReadOnlySpan<byte> surface, double opacity)
    {
        int[] labels = ArrayPool<int>.Shared.Rent(mask.Length);
        int regions = ConnectedComponents.Label(mask, size, size, labels.AsSpan(0, mask.Length));
        int[] pixels = ArrayPool<int>.Shared.Rent(regions + 1);
        int[] differences = ArrayPool<int>.Shared.Rent(regions + 1);
        pixels.AsSpan(0, regions + 1).Clear();
        differences.AsSpan(0, regions + 1).Clear();
        for (int p = 0; p < mask.Length; p++)
        {
            if (labels[p] != 0)
            {
                pixels[labels[p]]++;
                for (int i = 3 * p; i < (3 * p) + 3; i++)
                {
                    differences[labels[p]] += Math.Abs(image[i] - surface[i]);
                }
            }
        }

        for (int p = 0; p < mask.Length; p++)
        {
            int region = labels[p];
            mask[p] = region != 0 && pixels[region] >= LeastPixels && opacity * differences[region] >= LeastChange * 3 * pixels[region];
        }

        ArrayPool<int>.Shared.Return(differences);
        ArrayPool<int>.Shared.Return(pixels);
        ArrayPool<int>.Shared.Return(labels);
    }
}
