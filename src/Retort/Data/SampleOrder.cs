namespace Retort.Data;

/// <summary>
/// Which picture each training sample shows: every picture once an epoch, in an order drawn anew for each epoch. Samples are counted over the
/// whole run and the epochs follow without a gap, so a batch may span two epochs and a set smaller than a batch repeats its pictures.
/// Safe for use by several threads.
/// </summary>
internal sealed class SampleOrder
{
    private const int Stream = 0x6F726472;
    private readonly ulong _seed;
    private volatile Epoch _last;

    /// <summary>Makes the order of a run.</summary>
    /// <param name="count">How many pictures there are.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no picture.</exception>
    public SampleOrder(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _seed = seed;
        _last = Draw(0);
    }

    /// <summary>How many pictures there are, and samples in an epoch.</summary>
    public int Count { get; }

    /// <summary>The picture of a sample.</summary>
    /// <param name="sample">The sample, counted from 0 over the whole run.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sample is negative, or beyond 2^31 epochs.</exception>
    public int this[long sample]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(sample);
            (long number, long position) = Math.DivRem(sample, Count);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, int.MaxValue, nameof(sample));
            Epoch epoch = _last;
            if (epoch.Number != number)
            {
                _last = epoch = Draw((int)number);
            }

            return epoch.Order[position];
        }
    }

    private Epoch Draw(int number) => new(number, new CounterRandom(_seed, Stream, number).NextPermutation(Count));

    private sealed record Epoch(int Number, int[] Order);
}
