using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Retort.Networks.Weights;

/// <summary>The number formats that weight files hold, by the names safetensors gives them. All are little-endian.</summary>
internal enum ElementType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    BOOL,
}

/// <summary>Sizes and conversion to <see cref="float"/>.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.F16 or ElementType.BF16 or ElementType.I16 => 2,
        _ => 1,
    };

    /// <summary>
    /// Converts <c>destination.Length</c> elements, rounding to the nearest float: doubles and integers beyond 2^24 lose digits.
    /// </summary>
    public static void ToSingles(this ElementType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        int size = type.Size();
        if (source.Length != (long)destination.Length * size)
            throw new ArgumentException("The source does not hold as many elements as the destination.", nameof(source));

        if (type == ElementType.F32 && BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        for (int i = 0; i < destination.Length; i++)
            destination[i] = ToSingle(type, source.Slice(i * size, size));
    }

    private static float ToSingle(ElementType type, ReadOnlySpan<byte> element) => type switch
    {
        ElementType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
        ElementType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        ElementType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        ElementType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        ElementType.I64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ElementType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ElementType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementType.I8 => (sbyte)element[0],
        ElementType.U8 => element[0],
        ElementType.BOOL => element[0] != 0 ? 1f : 0f,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
