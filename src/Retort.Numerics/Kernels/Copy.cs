using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A copy of an array: y = x.</summary>
public static unsafe class Copy
{
    /// <summary>y = x.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Source.</param>
    /// <param name="y">Destination; must not overlap the source.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Run(WorkerPool pool, float* x, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, default(Identity), x, y, count, accumulate: false);
    }

    internal readonly struct Identity : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ISimd<T> => x;
    }
}
