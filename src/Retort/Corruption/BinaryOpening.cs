using System.Buffers;

namespace Retort.Corruption;

/// <summary>Morphological opening with a square of 3 x 3 pixels: what stays is all such squares that lie within the mask and the picture.</summary>
internal static class BinaryOpening
{
    /// <summary>Opens a mask in place: lines and specks thinner than 3 pixels go, all else keeps its extent.</summary>
    /// <param name="mask">The mask, <c>[height, width]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public static void Apply(Span<bool> mask, int width, int height)
    {
        bool[] rented = ArrayPool<bool>.Shared.Rent(mask.Length);
        Span<bool> eroded = rented.AsSpan(0, mask.Length);
        eroded.Clear();
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                eroded[(y * width) + x] = mask[(y * width) + x] && IsWhole(mask, width, x, y);
            }
        }

        mask.Clear();
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                if (eroded[(y * width) + x])
                {
                    mask.Slice(((y - 1) * width) + x - 1, 3).Fill(true);
                    mask.Slice((y * width) + x - 1, 3).Fill(true);
                    mask.Slice(((y + 1) * width) + x - 1, 3).Fill(true);
                }
            }
        }

        ArrayPool<bool>.Shared.Return(rented);
    }

    private static bool IsWhole(ReadOnlySpan<bool> mask, int width, int x, int y) =>
        !mask.Slice(((y - 1) * width) + x - 1, 3).Contains(false)
        && !mask.Slice((y * width) + x - 1, 3).Contains(false)
        && !mask.Slice(((y + 1) * width) + x - 1, 3).Contains(false);
}
