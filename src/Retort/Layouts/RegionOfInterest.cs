using System.Globalization;

namespace Retort.Layouts;

/// <summary>A rectangle in pixels of a picture: outside of it nothing counts.</summary>
public sealed record RegionOfInterest
{
    /// <summary>Makes a region.</summary>
    /// <param name="x">The left edge.</param>
    /// <param name="y">The upper edge.</param>
    /// <param name="width">The width, at least 1.</param>
    /// <param name="height">The height, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An edge is negative, a side below 1, or their sum beyond what a picture can have.</exception>
    public RegionOfInterest(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, int.MaxValue - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, int.MaxValue - y);
        (X, Y, Width, Height) = (x, y, width, height);
    }

    /// <summary>The left edge.</summary>
    public int X { get; }

    /// <summary>The upper edge.</summary>
    public int Y { get; }

    /// <summary>The width.</summary>
    public int Width { get; }

    /// <summary>The height.</summary>
    public int Height { get; }

    /// <summary>The part of it that lies in a picture, or null if none does.</summary>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">Its height.</param>
    public RegionOfInterest? Within(int width, int height) => X >= width || Y >= height
        ? null
        : new RegionOfInterest(X, Y, Math.Min(Width, width - X), Math.Min(Height, height - Y));

    /// <summary>Whether a rectangle lies wholly in it.</summary>
    internal bool Contains(int x, int y, int width, int height) => x >= X && y >= Y && x + width <= X + Width && y + height <= Y + Height;

    /// <summary>The four numbers with commas between them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X},{Y},{Width},{Height}");
}
