using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Retort.Networks.Weights;

/// <summary>Elements in and out of streams, and the arithmetic of shapes that come from untrusted files.</summary>
internal static class ElementStream
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>How many elements a shape holds.</summary>
    /// <exception cref="InvalidWeightsException">More than an array can.</exception>
    public static int Count(IReadOnlyList<int> shape, string name)
    {
        long count = 1;
        bool empty = false;
        foreach (int extent in shape)
        {
            // The product may pass the limit before a zero extent is met; such a tensor is empty, not too large.
            empty |= extent == 0;
            count = Math.Min(count * Math.Max(extent, 1), int.MaxValue);
        }

        if (empty)
            return 0;
        if (count > Array.MaxLength)
            throw new InvalidWeightsException($"{name} has the shape [{string.Join(", ", shape)}], more values than Retort can hold");
        return (int)count;
    }

    /// <summary>Reads <paramref name="count"/> elements.</summary>
    /// <param name="stream">Where they come from.</param>
    /// <param name="type">Their format.</param>
    /// <param name="count">How many.</param>
    /// <param name="isThere">
    /// Whether the stream is known to hold them. If not, memory grows only as data arrives: a header may promise anything.
    /// </param>
    /// <exception cref="EndOfStreamException">The stream has fewer.</exception>
    public static float[] ReadSingles(Stream stream, ElementType type, int count, bool isThere)
    {
        int size = type.Size();
        byte[] chunk = new byte[ChunkBytes];
        float[] values = new float[isThere ? count : Math.Min(count, ChunkBytes)];
        for (int done = 0; done < count;)
        {
            int now = Math.Min(count - done, ChunkBytes / size);
            Span<byte> bytes = chunk.AsSpan(0, now * size);
            stream.ReadExactly(bytes);
            if (done + now > values.Length)
                Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
            type.ToSingles(bytes, values.AsSpan(done, now));
            done += now;
        }

        return values;
    }

    /// <summary>Writes floats, little-endian.</summary>
    public static void WriteSingles(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            // A span of bytes holds at most 2^31 - 1 of them, a quarter as many floats as an array may have.
            for (int done = 0; done < values.Length; done += ChunkBytes)
                stream.Write(MemoryMarshal.AsBytes(values.Slice(done, Math.Min(ChunkBytes, values.Length - done))));
            return;
        }

        Span<byte> element = stackalloc byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(element, value);
            stream.Write(element);
        }
    }

    /// <summary>Writes floats as halves, little-endian, each rounded to the nearest; beyond 65504 they become infinite.</summary>
    public static void WriteHalves(Stream stream, ReadOnlySpan<float> values)
    {
        Span<byte> chunk = new byte[ChunkBytes];
        for (int done = 0; done < values.Length;)
        {
            int now = Math.Min(values.Length - done, ChunkBytes / ElementType.F16.Size());
            for (int i = 0; i < now; i++)
                BinaryPrimitives.WriteHalfLittleEndian(chunk[(i * ElementType.F16.Size())..], (Half)values[done + i]);
            stream.Write(chunk[..(now * ElementType.F16.Size())]);
            done += now;
        }
    }
}
