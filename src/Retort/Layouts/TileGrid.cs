namespace Retort.Layouts;

/// <summary>
/// Where the tiles of a picture lie: as few as cover a region with at least the overlap asked for, spread evenly, the outer ones flush with its edges. Where
/// the region is smaller than a tile there is one, as much in its middle as the picture allows; where the picture is smaller, the tile reaches
/// beyond it to the right and below.
/// </summary>
internal sealed class TileGrid
{
    private readonly int[] _lefts;
    private readonly int[] _tops;

    /// <summary>Lays the tiles.</summary>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">Its height.</param>
    /// <param name="region">What they are to cover, within the picture.</param>
    /// <param name="tiling">Their side and overlap.</param>
    public TileGrid(int width, int height, RegionOfInterest region, Tiling tiling)
    {
        (Width, Height, Side) = (width, height, tiling.Side);
        _lefts = Starts(region.X, region.Width, width, tiling);
        _tops = Starts(region.Y, region.Height, height, tiling);
    }

    /// <summary>The width of the picture.</summary>
    public int Width { get; }

    /// <summary>The height of the picture.</summary>
    public int Height { get; }

    /// <summary>The side of a tile in pixels of the picture.</summary>
    public int Side { get; }

    /// <summary>The left edges of the columns of tiles, ascending.</summary>
    public ReadOnlySpan<int> Lefts => _lefts;

    /// <summary>The upper edges of the rows of tiles, ascending.</summary>
    public ReadOnlySpan<int> Tops => _tops;

    private static int[] Starts(int from, int length, int picture, Tiling tiling)
    {
        if (length <= tiling.Side)
        {
            return [Math.Clamp(from + ((length - tiling.Side) / 2), 0, Math.Max(0, picture - tiling.Side))];
        }

        int step = tiling.Side - tiling.Overlap;
        int count = (length - tiling.Overlap + step - 1) / step;
        int[] starts = new int[count];
        for (int i = 0; i < count; i++)
        {
            starts[i] = from + (int)((((long)length - tiling.Side) * i * 2 + count - 1) / (2 * (count - 1)));
        }

        return starts;
    }
}
