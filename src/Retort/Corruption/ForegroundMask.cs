using System.Buffers;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>
/// Where the part is in a picture of one part before a plain background: what differs from the colour of the border by more than Otsu's threshold
/// (MemSeg, and URD for its objects). Pictures that a surface fills have no such background, and all of them is foreground.
/// </summary>
internal static class ForegroundMask
{
    /// <summary>Finds the foreground.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="recipe">What still counts as a part before a background.</param>
    /// <param name="mask">Takes the foreground, <c>[Height, Width]</c>; all of it if there is no part before a background.</param>
    /// <returns>Whether there is one.</returns>
    public static bool Find(RgbImage picture, SimulationRecipe recipe, Span<bool> mask)
    {
        Span<byte> border = stackalloc byte[3];
        FindBorderColour(picture, recipe.BorderWidth, border);
        byte[] rented = ArrayPool<byte>.Shared.Rent(mask.Length);
        Span<byte> distances = rented.AsSpan(0, mask.Length);
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Distance(picture.Pixels.AsSpan(3 * i, 3), border);
            histogram[distances[i]]++;
        }

        OtsuThreshold threshold = OtsuThreshold.Find(histogram);
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = distances[i] > threshold.Level;
        }

        ArrayPool<byte>.Shared.Return(rented);
        double share = (double)mask.Count(true) / mask.Length;
        bool found = share >= recipe.LeastForeground && share <= recipe.MostForeground
            && threshold.Separability >= recipe.LeastSeparability
            && BorderShare(mask, picture.Width, picture.Height, recipe.BorderWidth) <= recipe.MostBorder;
        if (!found)
        {
            mask.Fill(true);
        }

        return found;
    }

    /// <summary>The median of each channel over the pixels next to the picture's edges.</summary>
    internal static void FindBorderColour(RgbImage picture, int borderWidth, Span<byte> colour)
    {
        Span<int> histogram = stackalloc int[256];
        for (int channel = 0; channel < 3; channel++)
        {
            histogram.Clear();
            int count = 0;
            for (int y = 0, i = channel; y < picture.Height; y++)
            {
                for (int x = 0; x < picture.Width; x++, i += 3)
                {
                    if (InBorder(x, y, picture.Width, picture.Height, borderWidth))
                    {
                        histogram[picture.Pixels[i]]++;
                        count++;
                    }
                }
            }

            int below = 0, level = -1;
            while (2 * below < count)
            {
                below += histogram[++level];
            }

            colour[channel] = (byte)level;
        }
    }

    // The root mean square over the channels: from 0 to 255.
    private static byte Distance(ReadOnlySpan<byte> pixel, ReadOnlySpan<byte> colour)
    {
        int red = pixel[0] - colour[0], green = pixel[1] - colour[1], blue = pixel[2] - colour[2];
        return (byte)Math.Sqrt(((red * red) + (green * green) + (blue * blue)) / 3.0);
    }

    private static double BorderShare(ReadOnlySpan<bool> mask, int width, int height, int borderWidth)
    {
        int set = 0, count = 0;
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                if (InBorder(x, y, width, height, borderWidth))
                {
                    set += mask[i] ? 1 : 0;
                    count++;
                }
            }
        }

        return (double)set / count;
    }

    private static bool InBorder(int x, int y, int width, int height, int borderWidth) =>
        Math.Min(Math.Min(x, width - 1 - x), Math.Min(y, height - 1 - y)) < borderWidth;
}
