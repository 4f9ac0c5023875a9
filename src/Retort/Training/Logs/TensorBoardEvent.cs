using System.Text;

namespace Retort.Training.Logs;

/// <summary>
/// The few fields of TensorFlow's <c>Event</c> message that scalars need, as protocol buffers: <c>wall_time</c> (1, double), <c>step</c>
/// (2, varint), <c>file_version</c> (3, text), <c>summary</c> (5: values (1) of <c>tag</c> (1, text) and <c>simple_value</c> (2, float)).
/// </summary>
internal static class TensorBoardEvent
{
    // A field's number and kind: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes.
    private const byte WallTime = (1 << 3) | 1;
    private const byte Step = (2 << 3) | 0;
    private const byte Version = (3 << 3) | 2;
    private const byte Summary = (5 << 3) | 2;
    private const byte Value = (1 << 3) | 2;
    private const byte Tag = (1 << 3) | 2;
    private const byte SimpleValue = (2 << 3) | 5;

    private const int StepAt = 1 + sizeof(double);

    /// <summary>The event every file begins with.</summary>
    public static byte[] FileVersion(double time) => Message(writer =>
    {
        Write(writer, WallTime, time);
        Write(writer, Version, Encoding.UTF8.GetBytes("brain.Event:2"));
    });

    /// <summary>Scalars of a step.</summary>
    public static byte[] Scalars(double time, long step, params ReadOnlySpan<(string Tag, float Value)> scalars)
    {
        byte[][] values = new byte[scalars.Length][];
        for (int i = 0; i < values.Length; i++)
        {
            (string tag, float value) = scalars[i];
            values[i] = Message(writer =>
            {
                Write(writer, Tag, Encoding.UTF8.GetBytes(tag));
                writer.Write(SimpleValue);
                writer.Write(value);
            });
        }

        byte[] summary = Message(writer => Array.ForEach(values, v => Write(writer, Value, v)));
        return Message(writer =>
        {
            Write(writer, WallTime, time);
            writer.Write(Step);
            writer.Write7BitEncodedInt64(step);
            Write(writer, Summary, summary);
        });
    }

    /// <summary>The step of an event that this class made; 0 for one of none.</summary>
    /// <exception cref="InvalidDataException">It was made by something else.</exception>
    public static long StepOf(byte[] data)
    {
        if (data.Length <= StepAt + 1 || data[0] != WallTime || data[StepAt] is not (Step or Version))
        {
            throw new InvalidDataException("an event was not written by Retort");
        }

        if (data[StepAt] == Version)
        {
            return 0;
        }

        using var reader = new BinaryReader(new MemoryStream(data, StepAt + 1, data.Length - StepAt - 1));
        return reader.Read7BitEncodedInt64();
    }

    private static byte[] Message(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        return bytes.ToArray();
    }

    private static void Write(BinaryWriter writer, byte field, double value)
    {
        writer.Write(field);
        writer.Write(value);
    }

    private static void Write(BinaryWriter writer, byte field, byte[] value)
    {
        writer.Write(field);
        writer.Write7BitEncodedInt(value.Length);
        writer.Write(value);
    }
}
