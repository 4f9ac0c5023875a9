namespace Retort.Bench.OnnxRuntime;

/// <summary>A dimension's number in an ONNX file.</summary>
/// <param name="Position">Where it is written.</param>
/// <param name="Bytes">How many bytes it takes.</param>
/// <param name="Value">The number.</param>
internal readonly record struct OnnxDimension(long Position, int Bytes, long Value);

/// <summary>
/// Finds the first dimension of a network's inputs and outputs. An ONNX file is a tree of protobuf messages; this goes down one branch of
/// it and skips the rest, weights above all, unread.
/// </summary>
internal static class OnnxBatchDimensions
{
    // Field numbers of onnx.proto.
    private const int ModelGraph = 7;
    private const int GraphInput = 11;
    private const int GraphOutput = 12;
    private static readonly int[] FromValueToDimension = [/* type */ 2, /* tensor_type */ 1, /* shape */ 2, /* dim */ 1];
    private const int DimensionValue = 1;

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>The dimensions that have a number; those that have a name instead are left out.</summary>
    /// <exception cref="InvalidDataException">This is not an ONNX file.</exception>
    public static IReadOnlyList<OnnxDimension> Find(Stream file)
    {
        var found = new List<OnnxDimension>();
        Field graph = First(file, new Field(0, Wire.Bytes, 0, file.Length), ModelGraph) ?? throw new InvalidDataException("This is not an ONNX file: there is no graph in it.");
        foreach (Field value in Fields(file, graph).Where(f => f.Number is GraphInput or GraphOutput).ToArray())
        {
            Field? at = value;
            foreach (int number in FromValueToDimension)
            {
                at = at is Field message ? First(file, message, number) : null;
            }

            if (at is Field dimension && First(file, dimension, DimensionValue) is { Wire: Wire.Varint } n)
            {
                file.Position = n.Start;
                found.Add(new OnnxDimension(n.Start, (int)(n.End - n.Start), ReadVarint(file)));
            }
        }

        return found;
    }

    private static Field? First(Stream file, Field message, int number) =>
        Fields(file, message).Where(f => f.Number == number).Select(f => (Field?)f).FirstOrDefault();

    private static IEnumerable<Field> Fields(Stream file, Field message)
    {
        for (long next = message.Start; next < message.End;)
        {
            file.Position = next;
            long tag = ReadVarint(file);
            Field field = Content(file, (int)(tag >> 3), (Wire)(tag & 7));
            if (field.End < field.Start || field.End > message.End)
            {
                throw new InvalidDataException("This is not an ONNX file, or it is cut off.");
            }

            next = field.End;
            yield return field;
        }
    }

    private static Field Content(Stream file, int number, Wire wire)
    {
        long start = file.Position;
        switch (wire)
        {
            case Wire.Varint:
                ReadVarint(file);
                return new Field(number, wire, start, file.Position);
            case Wire.Fixed32:
                return new Field(number, wire, start, start + 4);
            case Wire.Fixed64:
                return new Field(number, wire, start, start + 8);
            case Wire.Bytes:
                long length = ReadVarint(file);
                return new Field(number, wire, file.Position, file.Position + length);
            default:
                throw new InvalidDataException("This is not an ONNX file.");
        }
    }

    private static long ReadVarint(Stream file)
    {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7)
        {
            int next = file.ReadByte();
            if (next < 0)
            {
                break;
            }

            value |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("This is not an ONNX file, or it is cut off.");
    }

    private readonly record struct Field(int Number, Wire Wire, long Start, long End);
}
