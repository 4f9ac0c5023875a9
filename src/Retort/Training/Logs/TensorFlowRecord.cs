using System.Buffers.Binary;
using System.Numerics;

namespace Retort.Training.Logs;

/// <summary>
/// TensorFlow's record format: the length (8 bytes), its checksum (4), the data, its checksum (4), all little-endian. Checksums are CRC-32C
/// (Castagnoli), rotated right by 15 bits plus 0xA282EAD8.
/// </summary>
internal static class TensorFlowRecord
{
    private const int HeadBytes = sizeof(ulong) + sizeof(uint);
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>A record that holds the data.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> data)
    {
        byte[] record = new byte[HeadBytes + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedChecksum(record.AsSpan(0, sizeof(ulong))));
        data.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeadBytes + data.Length), MaskedChecksum(data));
        return record;
    }

    /// <summary>Reads the data of the next record.</summary>
    /// <returns>Whether there is one that is whole; the last one of a program that was killed may not be.</returns>
    /// <exception cref="InvalidDataException">These are no records.</exception>
    public static bool TryRead(Stream stream, out byte[] data)
    {
        data = [];
        long left = stream.Length - stream.Position;
        Span<byte> head = stackalloc byte[HeadBytes];
        if (left < HeadBytes)
        {
            return false;
        }

        stream.ReadExactly(head);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(ulong)..]) != MaskedChecksum(head[..sizeof(ulong)]))
        {
            throw new InvalidDataException("the checksum of a record's length does not fit");
        }

        if (length > (ulong)Math.Max(0, left - HeadBytes - sizeof(uint)))
        {
            return false;
        }

        data = new byte[length];
        stream.ReadExactly(data);
        Span<byte> checksum = head[..sizeof(uint)];
        stream.ReadExactly(checksum);
        return BinaryPrimitives.ReadUInt32LittleEndian(checksum) == MaskedChecksum(data);
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
