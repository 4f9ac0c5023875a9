using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Retort.Networks.Weights;

/// <summary>Reads and writes arrays in NumPy's <c>.npy</c> format (NumPy Enhancement Proposal 1).</summary>
public static partial class NpyFile
{
    private const string Format = "an .npy file";
    private const int MaxHeader = 1 << 16;

    // NumPy puts the data on this boundary so that it can be mapped.
    private const int Boundary = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes float32 values, little-endian, format version 1.0: the bytes <c>numpy.save</c> writes.</summary>
    /// <param name="path">The file; one that was there is replaced only when the new one is complete.</param>
    /// <param name="data">The values, row-major.</param>
    /// <param name="shape">The extents; none for a scalar.</param>
    /// <exception cref="ArgumentException">The shape does not hold as many values as there are.</exception>
    /// <exception cref="WeightFileException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> data, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(extent => extent < 0) || ElementStream.Count(shape, "the array") != data.Length)
            throw new ArgumentException($"The shape [{string.Join(", ", shape)}] does not hold {data.Length} values.", nameof(shape));

        byte[] header = MakeHeader(shape);

        // A span cannot enter a lambda; the maps this is for are small.
        float[] copy = data.ToArray();
        WeightFile.Replace(path, stream =>
        {
            stream.Write(header);
            ElementStream.WriteSingles(stream, copy);
        });
    }

    /// <summary>Reads a file of little-endian numbers in row-major order and converts them to float.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, or is not such a file.</exception>
    public static (float[] Data, int[] Shape) Read(string path) => WeightFile.Read(path, Format, Parse);

    /// <summary>Reads a stream to its end, from its present position.</summary>
    /// <param name="stream">The file's bytes; need not be seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="WeightFileException">It is not such a file.</exception>
    public static (float[] Data, int[] Shape) Read(Stream stream, string name) => WeightFile.Read(stream, name, Format, Parse);

    private static byte[] MakeHeader(int[] shape)
    {
        // A Python tuple of one has a comma behind it.
        string tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}";
        int before = Magic.Length + 4;
        int total = (before + text.Length + 1 + Boundary - 1) / Boundary * Boundary;
        byte[] header = new byte[total];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(before - 2), (ushort)(total - before));
        header.AsSpan(before).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(before));
        header[^1] = (byte)'\n';
        return header;
    }

    private static (float[] Data, int[] Shape) Parse(Stream stream)
    {
        long? available = stream.CanSeek ? stream.Length - stream.Position : null;
        string header = ReadHeader(stream, out int headerBytes);
        (ElementType type, int[] shape) = ParseHeader(header);
        int count = ElementStream.Count(shape, "the array");
        long bytes = (long)count * type.Size();
        if (available is long all && all - headerBytes != bytes)
            throw new InvalidWeightsException($"its array takes {bytes} bytes but {all - headerBytes} are there");
        float[] data = ElementStream.ReadSingles(stream, type, count, available is not null);
        if (stream.ReadByte() >= 0)
            throw new InvalidWeightsException("bytes follow the array");
        return (data, shape);
    }

    private static string ReadHeader(Stream stream, out int bytes)
    {
        Span<byte> start = stackalloc byte[Magic.Length + 2];
        stream.ReadExactly(start);
        int version = start[Magic.Length];
        if (!start.StartsWith(Magic) || version is < 1 or > 3)
            throw new InvalidWeightsException("it does not begin with NumPy's signature");

        Span<byte> lengthBytes = stackalloc byte[version == 1 ? 2 : 4];
        stream.ReadExactly(lengthBytes);
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxHeader)
            throw new InvalidWeightsException($"its header length of {length} bytes is not that of an array of numbers");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        bytes = start.Length + lengthBytes.Length + header.Length;
        return Encoding.Latin1.GetString(header);
    }

    private static (ElementType Type, int[] Shape) ParseHeader(string header)
    {
        Match match = HeaderPattern().Match(header);
        if (!match.Success)
            throw new InvalidWeightsException("its header is not that of an array of numbers");
        if (match.Groups["order"].Value == "True")
            throw new InvalidWeightsException("its values are in column order", "save numpy.ascontiguousarray of it");

        string descr = match.Groups["descr"].Value;
        ElementType type = descr switch
        {
            "<f4" => ElementType.F32,
            "<f8" => ElementType.F64,
            "<f2" => ElementType.F16,
            "<i8" => ElementType.I64,
            "<i4" => ElementType.I32,
            "<i2" => ElementType.I16,
            "|i1" => ElementType.I8,
            "|u1" => ElementType.U8,
            "|b1" => ElementType.BOOL,
            _ => throw new InvalidWeightsException($"its numbers are of type '{descr}'", "save it as float32"),
        };

        string[] extents = match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] shape = new int[extents.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            if (!int.TryParse(extents[i], out shape[i]))
                throw new InvalidWeightsException($"its extent '{extents[i]}' is not a number Retort can hold");
        }

        return (type, shape);
    }

    // NumPy writes the keys sorted; it says that readers must not count on it, but every writer does it.
    [GeneratedRegex(@"^\{\s*'descr':\s*'(?<descr>[^']{1,16})',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[0-9, ]*)\),?\s*\}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderPattern();
}
