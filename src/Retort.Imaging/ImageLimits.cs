namespace Retort.Imaging;

/// <summary>
/// The largest picture that is read. A file of a few kilobytes can claim to hold gigabytes of pixels, so the limits are compared with
/// the header before anything is decoded.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The limits of pictures that are read some rows at a time, see <see cref="RowReader"/>: their size costs time, not memory.</summary>
    public static ImageLimits ByRows { get; } = new() { MaxSide = 1 << 18, MaxPixels = 10_000_000_000, MaxFileBytes = long.MaxValue };

    /// <summary>The longest side, in pixels.</summary>
    public int MaxSide { get; init; } = 32_768;

    /// <summary>The most pixels, width times height.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>The largest file, in bytes.</summary>
    public long MaxFileBytes { get; init; } = 1L << 30;

    /// <summary>Compares a picture's sides with the limits.</summary>
    /// <exception cref="ImageException">The picture is too large.</exception>
    internal void Check(string name, long width, long height)
    {
        CheckRows(name, width, height);

        // A pixel takes up to ten bytes while it is decoded (CMYK with alpha, 16 bits), and an array has an end whatever the limits say.
        if (width * height > Array.MaxLength / 10)
        {
            throw TooLarge(name, width, height);
        }
    }

    /// <summary>Compares the sides of a picture that is read some rows at a time with the limits.</summary>
    /// <exception cref="ImageException">The picture is too large.</exception>
    internal void CheckRows(string name, long width, long height)
    {
        if (width < 1 || height < 1)
        {
            throw new ImageException($"{name} has no pixels ({width} x {height}): save it again or leave it out.");
        }

        if (width > MaxSide || height > MaxSide || width * height > MaxPixels)
        {
            throw TooLarge(name, width, height);
        }
    }

    private ImageException TooLarge(string name, long width, long height) =>
        new($"{name} has {width} x {height} pixels, more than the limit of {MaxPixels} pixels or {MaxSide} a side: make it smaller or leave it out.");
}
