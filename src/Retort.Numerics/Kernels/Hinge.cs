using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>What is lacking to a margin: y = max(margin - x, 0).</summary>
public static unsafe class Hinge
{
    /// <summary>y = max(margin - x, 0); NaN stays NaN.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input.</param>
    /// <param name="margin">From which on nothing is lacking.</param>
    /// <param name="y">Output; may be the input.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* x, float margin, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, new Lack { Margin = margin }, x, y, count, accumulate: false);
    }

    /// <summary>dx (+)= -dy where y > 0, else 0: the gradient at the margin is zero.</summary>
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
        Elementwise.Run(pool, default(NegatePositive), y, dy, dx, count, accumulate);
    }

    private struct Lack : IUnary
    {
        public float Margin;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T x)
            where T : unmanaged, ISimd<T>
        {
            T lack = T.Create(Margin) - x;
            return T.SelectGreater(T.Zero, lack, T.Zero, lack);
        }
    }

    private readonly struct NegatePositive : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T y, T dy)
            where T : unmanaged, ISimd<T> => T.SelectGreater(y, T.Zero, T.Zero - dy, T.Zero);
    }
}
