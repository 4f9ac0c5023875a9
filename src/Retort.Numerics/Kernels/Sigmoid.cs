using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The logistic function: y = 1 / (1 + e^-x).</summary>
public static unsafe class Sigmoid
{
    /// <summary>y = 1 / (1 + e^-x).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input.</param>
    /// <param name="y">Output; may be the input.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* x, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, default(Logistic), x, y, count, accumulate: false);
    }

    /// <summary>dx (+)= dy * y * (1 - y).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="y">The output of <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Backward(WorkerPool pool, float* y, float* dy, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Run(pool, default(Slope), y, dy, dx, count, accumulate);
    }

    private readonly struct Logistic : IUnary
    {
        // e^-x overflows to infinity below -88, and 1 / infinity is the right answer.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ISimd<T> => T.Create(1) / (T.Create(1) + T.Exp(T.Zero - x));
    }

    private readonly struct Slope : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T y, T dy)
            where T : unmanaged, ISimd<T> => dy * y * (T.Create(1) - y);
    }
}
