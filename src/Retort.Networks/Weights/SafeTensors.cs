using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Retort.Networks.Weights;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors in the order of their data.</param>
/// <param name="Metadata">The strings of the header's <c>__metadata__</c>; empty when it has none.</param>
public sealed record SafeTensorsContent(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// Reads and writes safetensors files: eight bytes of header length, a JSON header, then the tensors without gaps
/// (the format of the Hugging Face <c>safetensors</c> library, version 0.3 and later).
/// </summary>
/// <remarks>Reading trusts nothing in the file; writing the same tensors gives the same bytes.</remarks>
public static class SafeTensors
{
    private const string Format = "a safetensors file";

    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file. F16, BF16, F64, the signed integers, U8 and BOOL are converted to float.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, or is not a valid safetensors file.</exception>
    public static SafeTensorsContent Read(string path) => WeightFile.Read(path, Format, Parse);

    /// <summary>Reads the strings of a file's header alone; empty when it has none.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, or is not a valid safetensors file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => WeightFile.Read(path, Format, ReadHeader).Metadata;

    /// <summary>Reads a stream to its end, from its present position.</summary>
    /// <param name="stream">The file's bytes; need not be seekable.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="WeightFileException">It is not a valid safetensors file.</exception>
    public static SafeTensorsContent Read(Stream stream, string name) => WeightFile.Read(stream, name, Format, Parse);

    /// <summary>Reads a stream tensor by tensor, so that only one of them need be in memory; see <see cref="Read(Stream, string)"/>.</summary>
    /// <exception cref="WeightFileException">It is not a valid safetensors file; thrown when the tensor it concerns is reached.</exception>
    public static IEnumerable<NamedTensor> ReadEach(Stream stream, string name)
    {
        SafeTensorsHeader header = WeightFile.Read(stream, name, Format, ReadHeader);
        using IEnumerator<NamedTensor> tensors = ReadTensors(stream, header, stream.CanSeek).GetEnumerator();
        while (WeightFile.Read(stream, name, Format, _ => tensors.MoveNext()))
            yield return tensors.Current;
    }

    /// <summary>Writes a file of F32 or F16 tensors, in the order given. A file that was there is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="metadata">Strings for the header; written in ordinal order of their keys.</param>
    /// <param name="precision">How values are kept.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one has a shape that its values do not fill.</exception>
    /// <exception cref="WeightFileException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, TensorPrecision precision = TensorPrecision.Single)
    {
        byte[] header = MakeHeader(tensors, metadata, precision);
        WeightFile.Replace(path, stream => Write(stream, header, tensors, precision));
    }

    /// <summary>Writes to a stream; see <see cref="Write(string, IReadOnlyList{NamedTensor}, IReadOnlyDictionary{string, string}?, TensorPrecision)"/>.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or one has a shape that its values do not fill.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, TensorPrecision precision = TensorPrecision.Single)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, MakeHeader(tensors, metadata, precision), tensors, precision);
    }

    private static void Write(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors, TensorPrecision precision)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (NamedTensor tensor in tensors)
        {
            if (tensor.InMemory is { } ready)
            {
                WriteValues(stream, ready, precision);
                continue;
            }

            // One array for all, not one for each: a checkpoint must not take as much memory again as the network.
            float[] values = ArrayPool<float>.Shared.Rent(tensor.Length);
            tensor.CopyTo(values);
            WriteValues(stream, values.AsSpan(0, tensor.Length), precision);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static void WriteValues(Stream stream, ReadOnlySpan<float> values, TensorPrecision precision)
    {
        if (precision == TensorPrecision.Half)
            ElementStream.WriteHalves(stream, values);
        else
            ElementStream.WriteSingles(stream, values);
    }

    private static byte[] MakeHeader(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata, TensorPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafeTensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            WriteEntries(json, tensors, precision == TensorPrecision.Half ? ElementType.F16 : ElementType.F32);
            json.WriteEndObject();
        }

        // Readers map the data; spaces after the JSON keep it on a boundary of eight bytes.
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<NamedTensor> tensors, ElementType type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafeTensorsHeader.MetadataKey };
        long offset = 0;
        foreach (NamedTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"The tensor name '{tensor.Name}' occurs twice or is reserved.", nameof(tensors));
            if (tensor.Shape.Any(extent => extent < 0) || ElementStream.Count(tensor.Shape, tensor.Name) != tensor.Length)
                throw new ArgumentException($"The tensor '{tensor.Name}' has {tensor.Length} values, not those of its shape.", nameof(tensors));

            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", type.ToString());
            json.WriteStartArray("shape");
            foreach (int extent in tensor.Shape)
                json.WriteNumberValue(extent);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += (long)tensor.Length * type.Size());
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static SafeTensorsContent Parse(Stream stream)
    {
        bool isThere = stream.CanSeek;
        SafeTensorsHeader header = ReadHeader(stream);
        return new SafeTensorsContent([.. ReadTensors(stream, header, isThere)], header.Metadata);
    }

    private static SafeTensorsHeader ReadHeader(Stream stream) => SafeTensorsHeader.Read(stream, stream.CanSeek ? stream.Length - stream.Position : null);

    private static IEnumerable<NamedTensor> ReadTensors(Stream stream, SafeTensorsHeader header, bool isThere)
    {
        foreach (SafeTensorsHeader.Entry entry in header.Entries)
            yield return new NamedTensor(entry.Name, entry.Shape, ElementStream.ReadSingles(stream, entry.Type, entry.Count, isThere));
        if (stream.ReadByte() >= 0)
            throw new InvalidWeightsException("bytes follow the last tensor");
    }
}
