namespace Retort.Imaging;

/// <summary>An 8-bit RGB picture, rows from the top, pixels interleaved: <c>[Height, Width, 3]</c>.</summary>
public sealed class RgbImage
{
    /// <summary>Makes a black picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture does not fit an array.</exception>
    public RgbImage(int width, int height)
        : this(width, height, new byte[Length(width, height)])
    {
    }

    /// <summary>Wraps pixels that are there already.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Exactly <c>width * height * 3</c> bytes, taken over, not copied.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != Length(width, height))
        {
            throw new ArgumentException($"A picture of {width} x {height} needs {Length(width, height)} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Copies pixels from memory, a camera's buffer for instance.</summary>
    /// <param name="pixels">The rows from the top; padding after the last one may be missing.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="format">How the samples of a pixel lie.</param>
    /// <param name="stride">Bytes from the start of a row to that of the next; 0 for rows without padding.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, the picture does not fit an array, the stride is shorter than a row, or there is no such format.</exception>
    /// <exception cref="ArgumentException">There are fewer pixels than that.</exception>
    public static RgbImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride = 0)
    {
        var picture = new RgbImage(width, height);
        int pixelBytes = format switch
        {
            PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3,
            PixelFormat.Rgba32 or PixelFormat.Bgra32 => 4,
            PixelFormat.Grey8 => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
        };
        long rowBytes = (long)width * pixelBytes;
        long rowStride = stride == 0 ? rowBytes : stride;
        ArgumentOutOfRangeException.ThrowIfLessThan(rowStride, rowBytes, nameof(stride));
        long needed = (rowStride * (height - 1)) + rowBytes;
        if (pixels.Length < needed)
        {
            throw new ArgumentException($"A picture of {width} x {height} in {format} with {rowStride} bytes from row to row needs {needed} bytes, not {pixels.Length}.", nameof(pixels));
        }

        (int red, int green, int blue) = format switch
        {
            PixelFormat.Bgr24 or PixelFormat.Bgra32 => (2, 1, 0),
            PixelFormat.Grey8 => (0, 0, 0),
            _ => (0, 1, 2),
        };
        int to = 0;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Slice((int)(y * rowStride), (int)rowBytes);
            for (int from = 0; from < row.Length; from += pixelBytes)
            {
                picture.Pixels[to++] = row[from + red];
                picture.Pixels[to++] = row[from + green];
                picture.Pixels[to++] = row[from + blue];
            }
        }

        return picture;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The bytes, <c>[Height, Width, 3]</c>.</summary>
    public byte[] Pixels { get; }

    private static int Length(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height * 3, Array.MaxLength);
        return width * height * 3;
    }
}
