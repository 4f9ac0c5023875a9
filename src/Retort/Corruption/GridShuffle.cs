namespace Retort.Corruption;

/// <summary>A picture cut into a grid whose cells change places: a surface with all of the part's own detail in the wrong order (MemSeg).</summary>
internal static class GridShuffle
{
    /// <summary>Draws a surface.</summary>
    /// <param name="random">Gives the order of the cells.</param>
    /// <param name="image">The picture, <c>[size, size, 3]</c>.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="cells">Cells along a side; where they do not divide the size, some are a pixel wider, and the narrower repeat their last.</param>
    /// <param name="surface">Takes the shuffled picture, <c>[size, size, 3]</c>.</param>
    public static void Draw(ref CounterRandom random, ReadOnlySpan<byte> image, int size, int cells, Span<byte> surface)
    {
        Span<int> order = stackalloc int[cells * cells];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        random.Shuffle(order);
        for (int cell = 0; cell < order.Length; cell++)
        {
            (int top, int height) = Extent(cell / cells, cells, size);
            (int left, int width) = Extent(cell % cells, cells, size);
            (int fromTop, int fromHeight) = Extent(order[cell] / cells, cells, size);
            (int fromLeft, int fromWidth) = Extent(order[cell] % cells, cells, size);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int to = ((top + y) * size) + left + x;
                    int from = ((fromTop + Math.Min(y, fromHeight - 1)) * size) + fromLeft + Math.Min(x, fromWidth - 1);
                    image.Slice(3 * from, 3).CopyTo(surface[(3 * to)..]);
                }
            }
        }
    }

    private static (int Start, int Length) Extent(int cell, int cells, int size)
    {
        int start = cell * size / cells;
        return (start, ((cell + 1) * size / cells) - start);
    }
}
