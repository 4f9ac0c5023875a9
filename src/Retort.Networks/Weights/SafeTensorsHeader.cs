using System.Buffers.Binary;
using System.Text.Json;

namespace Retort.Networks.Weights;

/// <summary>The header of a safetensors file, checked: every entry's bytes lie right behind those of the one before.</summary>
internal sealed class SafeTensorsHeader
{
    public const string MetadataKey = "__metadata__";

    // The limit of the reference implementation.
    private const int MaxLength = 100_000_000;
    private const int MaxRank = 32;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafeTensorsHeader()
    {
    }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">At the start of the file.</param>
    /// <param name="available">Bytes from there to the end, if known; the entries then have to fill them exactly.</param>
    public static SafeTensorsHeader Read(Stream stream, long? available)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength || length < 2)
            throw new InvalidWeightsException($"its header length of {length} bytes is not that of a safetensors file");
        if (available < sizeof(ulong) + (long)length)
            throw new InvalidWeightsException("it ends within its header");

        var header = new SafeTensorsHeader();
        header.ParseJson(ReadGrowing(stream, (int)length));
        header.CheckLayout(available - sizeof(ulong) - (long)length);
        return header;
    }

    private static byte[] ReadGrowing(Stream stream, int length)
    {
        byte[] bytes = new byte[Math.Min(length, 1 << 16)];
        for (int done = 0; ;)
        {
            stream.ReadExactly(bytes, done, bytes.Length - done);
            done = bytes.Length;
            if (done == length)
                return bytes;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * done));
        }
    }

    private void ParseJson(byte[] bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes);
            json.Read();
            Expect(json.TokenType == JsonTokenType.StartObject, "its header is not a JSON object");
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                Expect(names.Add(name), $"its header names '{name}' twice");
                json.Read();
                Expect(json.TokenType == JsonTokenType.StartObject, $"the header's entry '{name}' is not an object");
                if (name == MetadataKey)
                    ReadMetadata(ref json);
                else
                    _entries.Add(ReadEntry(ref json, name));
            }

            // Behind the closing brace only white space may follow; anything else makes this throw.
            json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: strings that are no valid UTF-8 or UTF-16.
            throw new InvalidWeightsException("its header is not valid JSON");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            Expect(json.TokenType == JsonTokenType.String, $"the metadata '{key}' is not a string");
            Expect(_metadata.TryAdd(key, json.GetString()!), $"the metadata '{key}' occurs twice");
        }
    }

    private static Entry ReadEntry(ref Utf8JsonReader json, string name)
    {
        ElementType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            switch (key)
            {
                case "dtype":
                    type = ReadType(ref json, name);
                    break;
                case "shape":
                    shape = ReadNumbers(ref json, name);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref json, name);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        Expect(type is not null && shape is not null && offsets is { Count: 2 }, $"tensor '{name}' lacks its dtype, shape or data_offsets");
        Expect(shape!.TrueForAll(extent => extent <= int.MaxValue), $"tensor '{name}' has an extent beyond {int.MaxValue}");
        int[] extents = [.. shape.Select(extent => (int)extent)];
        return new Entry(name, type!.Value, extents, ElementStream.Count(extents, $"tensor '{name}'"), offsets![0], offsets[1]);
    }

    private static ElementType ReadType(ref Utf8JsonReader json, string name)
    {
        Expect(json.TokenType == JsonTokenType.String, $"tensor '{name}' has a dtype that is not a string");
        string text = json.GetString()!;
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            if (type.ToString() == text)
                return type;
        }

        throw new InvalidWeightsException($"tensor '{name}' has the unsupported dtype '{text}'", "save it as F32");
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader json, string name)
    {
        Expect(json.TokenType == JsonTokenType.StartArray, $"tensor '{name}' has a shape or data_offsets that is not a list");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            long number = -1;
            Expect(json.TokenType == JsonTokenType.Number && json.TryGetInt64(out number) && number >= 0, $"tensor '{name}' has a shape or offset that is not a whole number");
            Expect(numbers.Count < MaxRank, $"tensor '{name}' has more than {MaxRank} extents");
            numbers.Add(number);
        }

        return numbers;
    }

    private void CheckLayout(long? available)
    {
        _entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (Entry entry in _entries)
        {
            Expect(entry.Begin == end, $"tensor '{entry.Name}' begins at byte {entry.Begin} where {end} was expected");
            Expect(entry.End - entry.Begin == (long)entry.Count * entry.Type.Size(), $"tensor '{entry.Name}' has {entry.End - entry.Begin} bytes, not those of its shape");
            end = entry.End;
        }

        if (end > WeightFile.MaxBytes)
            throw new InvalidWeightsException($"it holds {end} bytes of tensors, more than the {WeightFile.MaxBytes} Retort reads", "give a smaller network");
        if (available is long bytes)
            Expect(bytes == end, $"its tensors take {end} bytes but {bytes} are there");
    }

    private static void Expect(bool holds, string problem)
    {
        if (!holds)
            throw new InvalidWeightsException(problem);
    }

    /// <summary>A tensor of the header: <c>Begin</c> and <c>End</c> count bytes from the end of the header.</summary>
    public sealed record Entry(string Name, ElementType Type, int[] Shape, int Count, long Begin, long End);
}
