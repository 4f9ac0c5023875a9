using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Sums an array to one number; the order of the additions depends on its length alone.</summary>
public static unsafe class Reduction
{
    /// <summary>Floats of scratch memory that <see cref="Sum"/> needs.</summary>
    public static int ScratchLength(int count) => Elementwise.Items(count);

    /// <summary>result = scale * (x[0] + x[1] + ...).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">What is summed.</param>
    /// <param name="count">Elements.</param>
    /// <param name="scale">A number; 1 / count makes it the mean.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <param name="result">One float.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Sum(WorkerPool pool, float* x, int count, float scale, float* scratch, float* result)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        pool.Run(new Kernel { X = x, Count = count, Partial = scratch }, Elementwise.Items(count));
        *result = (float)(scale * Total(scratch, Elementwise.Items(count)));
    }

    /// <summary>dx (+)= scale * dResult in every place.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dResult">Gradient of the result, one float.</param>
    /// <param name="scale">As in <see cref="Sum"/>.</param>
    /// <param name="dx">Gradient of the array.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void SumBackward(WorkerPool pool, float* dResult, float scale, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(dResult);
        Fill.Run(pool, dx, count, scale * *dResult, accumulate);
    }

    /// <summary>The sum of what the items have left behind, in their order.</summary>
    internal static double Total(float* partial, int items)
    {
        double total = 0;
        for (int i = 0; i < items; i++)
        {
            total += partial[i];
        }

        return total;
    }

    private struct Kernel : IKernel
    {
        public float* X;
        public int Count;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* x = X + first;
            T even = T.Zero;
            T odd = T.Zero;
            int i = 0;
            for (; i + (2 * T.Count) <= length; i += 2 * T.Count)
            {
                even += T.Load(x + i);
                odd += T.Load(x + i + T.Count);
            }

            for (; i < length; i += T.Count)
            {
                even += T.Load(x + i, length - i);
            }

            Partial[item] = T.Sum(even + odd);
        }
    }
}
