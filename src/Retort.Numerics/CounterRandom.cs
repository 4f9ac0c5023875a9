using System.Runtime.CompilerServices;

namespace Retort.Numerics;

/// <summary>
/// Random numbers as a function of (seed, stream, step, sample): the Philox4x32-10 generator of Salmon, Moraes, Dror and Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Nothing is shared and nothing needs saving: whoever makes a generator
/// from the same four numbers gets the same draws, whatever thread, process or resumed run it is in.
/// </summary>
/// <remarks>
/// The seed is Philox's 64-bit key; stream, step and sample are three words of its counter and the fourth counts blocks, so
/// generators that differ in any of them never overlap. One generator gives 2^34 words. It is a mutable value: hand it on by
/// reference, for a copy repeats the draws of the original.
/// </remarks>
public struct CounterRandom
{
    private readonly uint _key0;
    private readonly uint _key1;
    private readonly uint _stream;
    private readonly uint _step;
    private readonly uint _sample;
    private uint _block;
    private int _left;
    private Block _words;

    /// <summary>Makes the generator of one purpose.</summary>
    /// <param name="seed">The seed of the whole run.</param>
    /// <param name="stream">What the draws are for, for instance a training phase: different streams are independent.</param>
    /// <param name="step">The step within the stream.</param>
    /// <param name="sample">The sample within the step.</param>
    public CounterRandom(ulong seed, int stream = 0, int step = 0, int sample = 0)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _stream = unchecked((uint)stream);
        _step = unchecked((uint)step);
        _sample = unchecked((uint)sample);
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            Fill();
        }

        return _words[4 - _left--];
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        ulong high = NextUInt32();
        ulong bits = (high << 32) | NextUInt32();
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1, all equally likely (Lemire's multiplication with rejection).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        uint range = (uint)count;
        ulong product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            uint unfair = unchecked(0u - range) % range;
            while ((uint)product < unfair)
            {
                product = (ulong)NextUInt32() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A draw from the normal distribution of mean 0 and variance 1 (Box and Muller's cosine).</summary>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts the items into random order, all orders equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public int[] NextPermutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }

        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>One block of Philox4x32-10: ten rounds over the counter.</summary>
    internal static (uint X0, uint X1, uint X2, uint X3) Philox(uint x0, uint x1, uint x2, uint x3, uint key0, uint key1)
    {
        unchecked
        {
            for (int round = 0; round < 10; round++)
            {
                ulong p0 = 0xD2511F53UL * x0;
                ulong p1 = 0xCD9E8D57UL * x2;
                (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ key1, (uint)p0);
                key0 += 0x9E3779B9;
                key1 += 0xBB67AE85;
            }
        }

        return (x0, x1, x2, x3);
    }

    private void Fill()
    {
        (_words[0], _words[1], _words[2], _words[3]) = Philox(_block, _sample, _step, _stream, _key0, _key1);
        _block = unchecked(_block + 1);
        _left = 4;
    }

    [InlineArray(4)]
    private struct Block
    {
        private uint _word;
    }
}
