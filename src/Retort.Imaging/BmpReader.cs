using System.Buffers.Binary;

namespace Retort.Imaging;

/// <summary>
/// Reads BMP files without compression: 1, 4, 8, 24 and 32 bits a pixel, with a palette or not, rows from the bottom or from the top.
/// The packaged libvips has no reader for them. The fourth byte of 32-bit pixels is ignored: few programs write an alpha there.
/// </summary>
internal static class BmpReader
{
    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;
    private const int NoCompression = 0;
    private const int BitFields = 3;

    /// <summary>The sides that the header gives.</summary>
    /// <exception cref="ImageException">The header is incomplete or of a kind that is not read.</exception>
    public static (int Width, int Height) ReadSize(ReadOnlySpan<byte> file, string name)
    {
        Header header = ReadHeader(file, name);
        ImageLimits unlimited = new() { MaxSide = int.MaxValue, MaxPixels = long.MaxValue };
        unlimited.Check(name, header.Width, header.Height);
        return ((int)header.Width, (int)header.Height);
    }

    /// <summary>Reads the picture as RGB.</summary>
    /// <exception cref="ImageException">The file is damaged, of a kind that is not read, or too large.</exception>
    public static DecodedPixels Decode(ReadOnlySpan<byte> file, string name, ImageLimits limits)
    {
        Header header = ReadHeader(file, name);
        limits.Check(name, header.Width, header.Height);
        (int width, int height) = ((int)header.Width, (int)header.Height);

        // Rows end on a multiple of four bytes.
        long stride = ((((long)width * header.Bits) + 31) / 32) * 4;
        if (header.PixelOffset < FileHeaderBytes + header.Size || header.PixelOffset + (stride * height) > file.Length)
        {
            throw Damaged(name, "its rows reach beyond its end");
        }

        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            int row = header.TopDown ? y : height - 1 - y;
            ReadOnlySpan<byte> source = file.Slice((int)(header.PixelOffset + (row * stride)), (int)stride);
            Span<byte> target = rgb.AsSpan(y * width * 3, width * 3);
            if (header.Bits <= 8)
            {
                ReadIndices(source, target, header, Palette(file, header), name);
            }
            else
            {
                ReadColours(source, target, header.Bits / 8);
            }
        }

        return new DecodedPixels(width, height, PixelLayout.Rgb, rgb);
    }

    private static void ReadIndices(ReadOnlySpan<byte> source, Span<byte> target, Header header, ReadOnlySpan<byte> palette, string name)
    {
        int perByte = 8 / header.Bits;
        int mask = (1 << header.Bits) - 1;
        for (int x = 0; x < target.Length / 3; x++)
        {
            // The leftmost pixel is in the highest bits.
            int shift = (perByte - 1 - (x % perByte)) * header.Bits;
            int entry = ((source[x / perByte] >> shift) & mask) * header.PaletteEntryBytes;
            if (entry + 3 > palette.Length)
            {
                throw Damaged(name, "a pixel has a colour that is not in the palette");
            }

            target[3 * x] = palette[entry + 2];
            target[(3 * x) + 1] = palette[entry + 1];
            target[(3 * x) + 2] = palette[entry];
        }
    }

    private static void ReadColours(ReadOnlySpan<byte> source, Span<byte> target, int pixelBytes)
    {
        for (int to = 0, from = 0; to < target.Length; to += 3, from += pixelBytes)
        {
            target[to] = source[from + 2];
            target[to + 1] = source[from + 1];
            target[to + 2] = source[from];
        }
    }

    private static ReadOnlySpan<byte> Palette(ReadOnlySpan<byte> file, Header header)
    {
        long start = FileHeaderBytes + header.Size;
        long end = Math.Min(header.PixelOffset, start + (header.Colours * header.PaletteEntryBytes));
        return file[(int)start..(int)end];
    }

    private static Header ReadHeader(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < FileHeaderBytes + CoreHeaderBytes)
        {
            throw Damaged(name, "its header is incomplete");
        }

        ReadOnlySpan<byte> info = file[FileHeaderBytes..];
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(info);
        if (size == CoreHeaderBytes)
        {
            int coreBits = BinaryPrimitives.ReadUInt16LittleEndian(info[10..]);
            CheckBits(coreBits, name);
            return new Header(
                size,
                offset,
                BinaryPrimitives.ReadUInt16LittleEndian(info[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(info[6..]),
                TopDown: false,
                coreBits,
                Colours: 1L << coreBits,
                PaletteEntryBytes: 3);
        }

        if (size < InfoHeaderBytes || size > info.Length)
        {
            throw Damaged(name, "its header is incomplete");
        }

        // Height below zero means that the first row is the top one.
        long height = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[14..]);
        uint compression = BinaryPrimitives.ReadUInt32LittleEndian(info[16..]);
        uint colours = BinaryPrimitives.ReadUInt32LittleEndian(info[32..]);
        CheckBits(bits, name);
        if (compression != NoCompression && !(compression == BitFields && bits == 32 && HasUsualMasks(info)))
        {
            throw new ImageException($"{name} is a BMP of a kind that is not read (compression {compression}): save it as PNG.");
        }

        return new Header(
            size,
            offset,
            BinaryPrimitives.ReadInt32LittleEndian(info[4..]),
            Math.Abs(height),
            height < 0,
            bits,
            colours == 0 ? 1L << bits : colours,
            PaletteEntryBytes: 4);
    }

    private static bool HasUsualMasks(ReadOnlySpan<byte> info) =>
        info.Length >= InfoHeaderBytes + 12
        && BinaryPrimitives.ReadUInt32LittleEndian(info[40..]) == 0x00FF0000
        && BinaryPrimitives.ReadUInt32LittleEndian(info[44..]) == 0x0000FF00
        && BinaryPrimitives.ReadUInt32LittleEndian(info[48..]) == 0x000000FF;

    private static void CheckBits(int bits, string name)
    {
        if (bits is not (1 or 4 or 8 or 24 or 32))
        {
            throw new ImageException($"{name} is a BMP of a kind that is not read ({bits} bits a pixel): save it as PNG.");
        }
    }

    private static ImageException Damaged(string name, string what) => new($"{name} is damaged or cut short ({what}): copy it again or leave it out.");

    private readonly record struct Header(
        long Size, long PixelOffset, long Width, long Height, bool TopDown, int Bits, long Colours, int PaletteEntryBytes);
}
