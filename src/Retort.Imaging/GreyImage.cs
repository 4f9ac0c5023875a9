namespace Retort.Imaging;

/// <summary>An 8-bit picture of one channel, rows from the top: <c>[Height, Width]</c>. Masks are such pictures.</summary>
public sealed class GreyImage
{
    /// <summary>Makes a black picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture does not fit an array.</exception>
    public GreyImage(int width, int height)
        : this(width, height, new byte[Length(width, height)])
    {
    }

    /// <summary>Wraps pixels that are there already.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Exactly <c>width * height</c> bytes, taken over, not copied.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public GreyImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != Length(width, height))
        {
            throw new ArgumentException($"A grey picture of {width} x {height} needs {Length(width, height)} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The bytes, <c>[Height, Width]</c>.</summary>
    public byte[] Pixels { get; }

    private static int Length(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, Array.MaxLength);
        return width * height;
    }
}
