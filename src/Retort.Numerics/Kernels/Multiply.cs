using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The product of two arrays and a number: y = scale * a * b.</summary>
public static unsafe class Multiply
{
    /// <summary>y = scale * a * b.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor; may be the first.</param>
    /// <param name="scale">A number; DeSTSeg's segmentation input has -1 here.</param>
    /// <param name="y">The product; may be either factor.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* a, float* b, float scale, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, new Product { Scale = scale }, a, b, y, count, accumulate: false);
    }

    /// <summary>dx (+)= scale * dy * other, the gradient of one factor.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the product.</param>
    /// <param name="other">The other factor.</param>
    /// <param name="scale">As in <see cref="Forward"/>.</param>
    /// <param name="dx">Gradient of the factor; may be <paramref name="dy"/>.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Backward(WorkerPool pool, float* dy, float* other, float scale, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Run(pool, new Product { Scale = scale }, dy, other, dx, count, accumulate);
    }

    private struct Product : IBinary
    {
        public float Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T a, T b)
            where T : unmanaged, ISimd<T> => T.Create(Scale) * a * b;
    }
}
