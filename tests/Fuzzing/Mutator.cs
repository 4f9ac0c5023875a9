using System.Buffers.Binary;
using System.Text;

namespace Retort.Fuzzing;

/// <summary>Damages files: a few changes each, of the kinds that find faults in readers.</summary>
/// <param name="originals">Whole files.</param>
/// <param name="words">Words to put in, as text.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> originals, IReadOnlyList<string> words)
{
    private const int HeaderBytes = 128;
    private const int LongestPiece = 64;

    // Where sizes and offsets overflow, change their sign or stop to fit.
    private static readonly long[] Edges = [0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>Makes an input; the same number gives the same one.</summary>
    public byte[] Create(int number)
    {
        var random = new Random(number);
        List<byte> bytes = [.. originals[random.Next(originals.Count)]];
        for (int changes = 1 + random.Next(6); changes > 0; changes--)
        {
            Change(bytes, random);
            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, Random random)
    {
        // Half of the changes aim at the beginning, where most formats say what follows.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(HeaderBytes, bytes.Count) : bytes.Count);
        int length = 1 + random.Next(Math.Min(LongestPiece, bytes.Count - at));
        switch (random.Next(10))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                break;
            case 4:
                byte value = (byte)(random.Next(2) * 0xFF);
                for (int i = at; i < at + length; i++)
                {
                    bytes[i] = value;
                }

                break;
            case 5:
                // Digits decide shapes and offsets in headers of text.
                bytes[at] = (byte)('0' + random.Next(10));
                break;
            case 6:
                PutEdge(bytes, at, random);
                break;
            case 7 when words.Count > 0:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            case 8:
                byte[] other = originals[random.Next(originals.Count)];
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + length)]);
                break;
            default:
                if (random.Next(4) == 0)
                {
                    bytes.RemoveRange(at, bytes.Count - at);
                }

                break;
        }
    }

    private static void PutEdge(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        long edge = Edges[random.Next(Edges.Length)];
        bool little = random.Next(2) == 0;
        int length = 1 << random.Next(4);
        if (little)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, edge);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, edge);
        }

        for (int i = 0; i < length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[little ? i : sizeof(long) - length + i];
        }
    }
}
