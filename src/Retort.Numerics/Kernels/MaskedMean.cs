using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The mean of the elements that a mask of 0 and 1 selects: sum(m * x) / sum(m), and 0 if it selects none. The order of the additions depends on the length
/// alone.
/// </summary>
public static unsafe class MaskedMean
{
    /// <summary>Floats of scratch memory that <see cref="Forward"/> needs.</summary>
    /// <param name="count">Elements.</param>
    public static int ScratchLength(int count) => 2 * Elementwise.Items(count);

    /// <summary>result = scale * sum(m * x) / sum(m).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">What is averaged. What the mask leaves out must still be a number.</param>
    /// <param name="mask">0 or 1 for each.</param>
    /// <param name="count">Elements.</param>
    /// <param name="scale">A factor.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <param name="result">Receives the mean, one float.</param>
    /// <param name="share">Receives scale / sum(m), one float, for <see cref="Backward"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* x, float* mask, int count, float scale, float* scratch, float* result, float* share)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(share);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int items = Elementwise.Items(count);
        pool.Run(new Kernel { X = x, Mask = mask, Count = count, Sums = scratch, Selected = scratch + items }, items);
        double selected = Reduction.Total(scratch + items, items);
        *share = selected > 0 ? (float)(scale / selected) : 0;
        *result = selected > 0 ? (float)(scale * Reduction.Total(scratch, items) / selected) : 0;
    }

    /// <summary>dx (+)= dResult * share * m.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="mask">As in the forward pass.</param>
    /// <param name="share">From the forward pass.</param>
    /// <param name="dResult">Gradient of the mean, one float.</param>
    /// <param name="dx">Gradient of the elements.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Backward(WorkerPool pool, float* mask, float* share, float* dResult, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(dResult);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Run(pool, new Spread { Share = *share * *dResult }, mask, dx, count, accumulate);
    }

    private struct Spread : IUnary
    {
        public float Share;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T mask)
            where T : unmanaged, ISimd<T> => T.Create(Share) * mask;
    }

    private struct Kernel : IKernel
    {
        public float* X;
        public float* Mask;
        public int Count;
        public float* Sums;
        public float* Selected;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* x = X + first;
            float* mask = Mask + first;
            T sum = T.Zero;
            T selected = T.Zero;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                T m = T.Load(mask + i);
                sum += m * T.Load(x + i);
                selected += m;
            }

            if (i < length)
            {
                T m = T.Load(mask + i, length - i);
                sum += m * T.Load(x + i, length - i);
                selected += m;
            }

            Sums[item] = T.Sum(sum);
            Selected[item] = T.Sum(selected);
        }
    }
}
