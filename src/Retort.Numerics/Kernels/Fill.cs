using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Sets every element to one value.</summary>
public static unsafe class Fill
{
    /// <summary>y = value.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="y">Destination.</param>
    /// <param name="count">Elements.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Run(WorkerPool pool, float* y, int count, float value) =>
        Run(pool, y, count, value, accumulate: false);

    /// <summary>y (+)= value.</summary>
    internal static void Run(WorkerPool pool, float* y, int count, float value, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        pool.Run(new Kernel { Y = y, Count = count, Value = value, Accumulate = accumulate }, Elementwise.Items(count));
    }

    private struct Kernel : IKernel
    {
        public float* Y;
        public int Count;
        public float Value;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* y = Y + first;
            T value = T.Create(Value);
            for (int i = 0; i < length; i += T.Count)
            {
                int lanes = length - i;
                (Accumulate ? T.Load(y + i, lanes) + value : value).Store(y + i, lanes);
            }
        }
    }
}
