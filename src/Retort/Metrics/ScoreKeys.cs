using System.Numerics;

namespace Retort.Metrics;

/// <summary>Floats as unsigned integers of the same order, and their sorting by digits.</summary>
internal static class ScoreKeys
{
    private const int DigitBits = 11;
    private const int Digits = 3;
    private const int Radix = 1 << DigitBits;

    /// <summary>The integer that stands for a finite float: larger float, larger integer; 0 and -0 are the same.</summary>
    public static uint ToKey(float value)
    {
        // Adding zero turns -0 into 0. Then: flip the sign bit of positive numbers and all bits of negative ones.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x80000000);
    }

    /// <summary>Sorts keys in ascending order in linear time (least significant digit first, three digits of 11 bits).</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="scratch">Working memory, at least as long.</param>
    public static void Sort(Span<uint> keys, Span<uint> scratch)
    {
        scratch = scratch[..keys.Length];
        var places = new int[Digits * Radix];
        foreach (uint key in keys)
        {
            places[key & (Radix - 1)]++;
            places[Radix + ((key >> DigitBits) & (Radix - 1))]++;
            places[(2 * Radix) + (key >> (2 * DigitBits))]++;
        }

        Span<uint> from = keys, to = scratch;
        for (int digit = 0; digit < Digits; digit++)
        {
            Span<int> place = places.AsSpan(digit * Radix, Radix);
            int shift = digit * DigitBits;
            if (keys.Length == 0 || place[(int)((from[0] >> shift) & (Radix - 1))] == keys.Length)
            {
                continue;
            }

            int start = 0;
            foreach (ref int p in place)
            {
                (p, start) = (start, start + p);
            }

            foreach (uint key in from)
            {
                to[place[(int)((key >> shift) & (Radix - 1))]++] = key;
            }

            Span<uint> swap = from;
            from = to;
            to = swap;
        }

        if (!from.Overlaps(keys))
        {
            from.CopyTo(keys);
        }
    }

    /// <summary>Whether every value is a number: no NaN, no infinity.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 for a finite x and NaN for every other; NaN stays in a sum.
        int i = 0;
        var sum = Vector<float>.Zero;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(values[i..]);
            sum += x - x;
        }

        float rest = Vector.Sum(sum);
        for (; i < values.Length; i++)
        {
            rest += values[i] - values[i];
        }

        return rest == 0;
    }
}
