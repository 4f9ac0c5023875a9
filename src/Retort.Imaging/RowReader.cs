using Retort.Imaging.Vips;

namespace Retort.Imaging;

/// <summary>
/// A picture that is read from top to bottom, some rows at a time, so that never all of it need be in memory. PNG, JPEG and TIFF files are
/// decoded as their rows are asked for. Those whose rows do not come in order (progressive JPEG, interlaced PNG, an EXIF orientation that turns
/// or mirrors) and the other formats are decoded whole by the first <see cref="Read"/>. For one thread at a time.
/// </summary>
public abstract class RowReader : IDisposable
{
    private protected RowReader(string name, int width, int height)
    {
        Name = name;
        Width = width;
        Height = height;
    }

    /// <summary>What messages call the picture: its path, where it has one.</summary>
    public string Name { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows in all.</summary>
    public int Height { get; }

    /// <summary>Rows read so far: the next one, counted from the top.</summary>
    public int Position { get; private set; }

    /// <summary>Opens a picture file; its rows become what <see cref="ImageFile.Decode(string, ImageLimits)"/> makes of them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">
    /// The largest picture that is read; <see cref="ImageLimits.ByRows"/> when null. A picture that must be decoded whole is also held to
    /// <see cref="ImageLimits.Default"/>.
    /// </param>
    /// <exception cref="ImageException">The file cannot be read, is not a picture, has a damaged header, or is too large.</exception>
    public static RowReader Open(string path, ImageLimits? limits = null)
    {
        PictureFormat format = ImageFile.RecogniseFile(path);
        if (format is PictureFormat.Png or PictureFormat.Jpeg or PictureFormat.Tiff && VipsRows.TryOpen(path, format, limits ?? ImageLimits.ByRows) is { } rows)
        {
            return rows;
        }

        (int width, int height) = ImageFile.ReadSize(path);
        ImageLimits.Default.Check(path, width, height);
        return new DecodedRows(path, width, height, () => ImageFile.Decode(path));
    }

    /// <summary>The rows of a picture in memory.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What messages call it.</param>
    public static RowReader Of(RgbImage picture, string name = ImageFile.NamelessPicture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return new DecodedRows(name, picture.Width, picture.Height, () => picture);
    }

    /// <summary>Reads the next rows.</summary>
    /// <param name="rows">Takes whole rows, <c>[count, Width, 3]</c>, no more than are left.</param>
    /// <exception cref="ArgumentException">The span is not whole rows, or more than are left.</exception>
    /// <exception cref="ImageException">The file is damaged or cut short.</exception>
    public void Read(Span<byte> rows)
    {
        int count = rows.Length / (Width * 3);
        if (count * Width * 3 != rows.Length || count > Height - Position)
        {
            throw new ArgumentException($"{rows.Length} bytes are not whole rows of {Width} pixels, or more than the {Height - Position} that are left.", nameof(rows));
        }

        ReadRows(Position, count, rows);
        Position += count;
    }

    /// <summary>Closes the file.</summary>
    public abstract void Dispose();

    private protected abstract void ReadRows(int first, int count, Span<byte> rows);

    /// <summary>Rows of a picture that is in memory, or will be when the first are asked for.</summary>
    private sealed class DecodedRows(string name, int width, int height, Func<RgbImage> decode) : RowReader(name, width, height)
    {
        private RgbImage? _picture;

        public override void Dispose() => _picture = null;

        private protected override void ReadRows(int first, int count, Span<byte> rows)
        {
            _picture ??= decode();
            _picture.Pixels.AsSpan(first * Width * 3, rows.Length).CopyTo(rows);
        }
    }
}
