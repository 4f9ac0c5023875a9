using System.Buffers;
using Retort.Metrics;

namespace Retort.Corruption;

/// <summary>Regions of a mask too small to be a defect.</summary>
internal static class SmallRegions
{
    /// <summary>Removes regions in place; pixels that touch by a side or a corner are one region.</summary>
    /// <param name="mask">The mask, <c>[height, width]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="share">Regions below this share of the picture's pixels go.</param>
    public static void Remove(Span<bool> mask, int width, int height, double share)
    {
        int[] labels = ArrayPool<int>.Shared.Rent(mask.Length);
        int regions = ConnectedComponents.Label(mask, width, height, labels.AsSpan(0, mask.Length));
        int[] pixels = ArrayPool<int>.Shared.Rent(regions + 1);
        pixels.AsSpan(0, regions + 1).Clear();
        for (int i = 0; i < mask.Length; i++)
        {
            pixels[labels[i]]++;
        }

        double least = share * mask.Length;
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = labels[i] != 0 && pixels[labels[i]] >= least;
        }

        ArrayPool<int>.Shared.Return(pixels);
        ArrayPool<int>.Shared.Return(labels);
    }
}
