using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The sum of two arrays. Its gradient with respect to either is the gradient of the sum: <see cref="Copy"/> or <see cref="Accumulate"/>.</summary>
public static unsafe class Add
{
    /// <summary>y = a + b.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First summand.</param>
    /// <param name="b">Second summand.</param>
    /// <param name="y">The sum; may be either summand.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* a, float* b, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, default(Sum), a, b, y, count, accumulate: false);
    }

    private readonly struct Sum : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T a, T b)
            where T : unmanaged, ISimd<T> => a + b;
    }
}
