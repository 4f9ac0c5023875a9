using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The rectifier: y = max(x, 0).</summary>
public static unsafe class Relu
{
    /// <summary>y = max(x, 0); NaN stays NaN.</summary>
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
        Elementwise.Run(pool, default(Rectify), x, y, count, accumulate: false);
    }

    /// <summary>dx (+)= dy where y > 0, else 0: the gradient at zero is zero.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="y">The output of <see cref="Forward"/> (its input serves as well).</param>
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
        Elementwise.Run(pool, default(PassPositive), y, dy, dx, count, accumulate);
    }

    private readonly struct Rectify : IUnary
    {
        // This way round NaN stays NaN, so that a run that has come apart is seen to; a maximum would hide it on some machines.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ISimd<T> => T.SelectGreater(T.Zero, x, T.Zero, x);
    }

    private readonly struct PassPositive : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T y, T dy)
            where T : unmanaged, ISimd<T> => T.SelectGreater(y, T.Zero, dy, T.Zero);
    }
}
