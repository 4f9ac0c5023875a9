using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The hard swish of Howard et al. 2019: y = x * min(max(x + 3, 0), 6) / 6.</summary>
public static unsafe class HardSwish
{
    /// <summary>y = x * min(max(x + 3, 0), 6) / 6.</summary>
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
        Elementwise.Run(pool, default(Swish), x, y, count, accumulate: false);
    }

    /// <summary>dx (+)= dy * (x / 3 + 1 / 2), dy from x = 3 on, and 0 up to -3.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input of <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Backward(WorkerPool pool, float* x, float* dy, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Run(pool, default(Slope), x, dy, dx, count, accumulate);
    }

    private readonly struct Swish : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ISimd<T> => x * T.Min(T.Max(x + T.Create(3), T.Zero), T.Create(6)) * T.Create(1 / 6f);
    }

    private readonly struct Slope : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ISimd<T>
        {
            T inside = dy * T.MultiplyAdd(x, T.Create(1 / 3f), T.Create(0.5f));
            return T.SelectGreater(x, T.Create(-3), T.SelectGreater(T.Create(3), x, inside, dy), T.Zero);
        }
    }
}
