namespace Retort.Layouts;

/// <summary>How large pictures are cut into square tiles, each of which is resized to the detector's input.</summary>
public sealed record Tiling
{
    /// <summary>The shortest side of a tile.</summary>
    public const int ShortestSide = 16;

    /// <summary>The longest side of a tile.</summary>
    public const int LongestSide = 8192;

    /// <summary>The share of a tile's side by which it overlaps its neighbours unless something else is asked for.</summary>
    public const double DefaultOverlap = 0.25;

    /// <summary>Makes a tiling.</summary>
    /// <param name="side">The side of a tile in pixels of the picture, from <see cref="ShortestSide"/> to <see cref="LongestSide"/>.</param>
    /// <param name="overlap">By how many pixels neighbours overlap at the least, up to half a side.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Tiling(int side, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, ShortestSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, LongestSide);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, side / 2);
        (Side, Overlap) = (side, overlap);
    }

    /// <summary>The side of a tile in pixels of the picture.</summary>
    public int Side { get; }

    /// <summary>By how many pixels neighbours overlap at the least.</summary>
    public int Overlap { get; }
}
