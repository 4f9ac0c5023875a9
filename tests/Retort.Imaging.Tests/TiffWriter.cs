using System.IO.Compression;

namespace Retort.Imaging.Tests;

/// <summary>How a TIFF file keeps its pixels.</summary>
/// <param name="RowsPerStrip">Rows in a strip, or in a row of tiles.</param>
/// <param name="TileWidth">The width of a tile, a multiple of 16 as <see cref="RowsPerStrip"/> then is; 0 for strips.</param>
/// <param name="Deflate">Whether strips or tiles are compressed.</param>
internal sealed record TiffFormat(int RowsPerStrip, int TileWidth = 0, bool Deflate = true);

/// <summary>Writes 8-bit RGB TIFF files row by row, so that they may be larger than memory (though not than 4 GB).</summary>
internal static class TiffWriter
{
    private const int Short = 3;
    private const int Long = 4;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="format">How to keep them.</param>
    /// <param name="draw">Fills a row, given its number; called once for each, from the top.</param>
    public static void Write(string path, int width, int height, TiffFormat format, Action<int, Span<byte>> draw)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write("II*\0\0\0\0\0"u8);
        var offsets = new List<uint>();
        var lengths = new List<uint>();
        byte[] rows = new byte[format.RowsPerStrip * width * 3];
        for (int y = 0; y < height; y += format.RowsPerStrip)
        {
            // A tile that reaches beyond the picture is written whole, a strip is not.
            int count = Math.Min(format.RowsPerStrip, height - y);
            Array.Clear(rows);
            for (int i = 0; i < count; i++)
            {
                draw(y + i, rows.AsSpan(i * width * 3, width * 3));
            }

            foreach (byte[] block in format.TileWidth == 0 ? [rows[..(count * width * 3)]] : Tiles(rows, width, format))
            {
                offsets.Add((uint)file.BaseStream.Position);
                byte[] content = format.Deflate ? Deflate(block) : block;
                file.Write(content);
                lengths.Add((uint)content.Length);
            }
        }

        WriteDirectory(file, width, height, format, offsets, lengths);
    }

    private static IEnumerable<byte[]> Tiles(byte[] rows, int width, TiffFormat format)
    {
        for (int x = 0; x < width; x += format.TileWidth)
        {
            byte[] tile = new byte[format.RowsPerStrip * format.TileWidth * 3];
            int bytes = Math.Min(format.TileWidth, width - x) * 3;
            for (int y = 0; y < format.RowsPerStrip; y++)
            {
                rows.AsSpan(((y * width) + x) * 3, bytes).CopyTo(tile.AsSpan(y * format.TileWidth * 3));
            }

            yield return tile;
        }
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static void WriteDirectory(BinaryWriter file, int width, int height, TiffFormat format, List<uint> offsets, List<uint> lengths)
    {
        bool tiled = format.TileWidth > 0;
        uint bits = WriteValues(file, Enumerable.Repeat<ushort>(8, 3), file.Write);
        uint offsetsAt = WriteValues(file, offsets, file.Write);
        uint lengthsAt = WriteValues(file, lengths, file.Write);
        (ushort Tag, ushort Type, int Count, uint Value)[] entries =
        [
            (256, Long, 1, (uint)width),
            (257, Long, 1, (uint)height),
            (258, Short, 3, bits),
            (259, Short, 1, format.Deflate ? 8u : 1u),
            (262, Short, 1, 2u),
            (277, Short, 1, 3u),
            (284, Short, 1, 1u),
            .. tiled
                ? new (ushort, ushort, int, uint)[] { (322, Long, 1, (uint)format.TileWidth), (323, Long, 1, (uint)format.RowsPerStrip) }
                : [(278, Long, 1, (uint)format.RowsPerStrip)],
            ((ushort)(tiled ? 324 : 273), Long, offsets.Count, offsets.Count == 1 ? offsets[0] : offsetsAt),
            ((ushort)(tiled ? 325 : 279), Long, lengths.Count, lengths.Count == 1 ? lengths[0] : lengthsAt),
        ];
        uint directory = (uint)file.BaseStream.Position;
        file.Write((ushort)entries.Length);
        foreach ((ushort tag, ushort type, int count, uint value) in entries.OrderBy(e => e.Tag))
        {
            file.Write(tag);
            file.Write(type);
            file.Write(count);
            file.Write(value);
        }

        file.Write(0);
        file.BaseStream.Position = 4;
        file.Write(directory);
    }

    // Where they are written begins on a word, as the format asks.
    private static uint WriteValues<T>(BinaryWriter file, IEnumerable<T> values, Action<T> write)
    {
        if (file.BaseStream.Position % 2 == 1)
        {
            file.Write((byte)0);
        }

        uint at = (uint)file.BaseStream.Position;
        foreach (T value in values)
        {
            write(value);
        }

        return at;
    }
}
