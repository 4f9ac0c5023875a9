using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A power of numbers that are not negative: y = x^e.</summary>
public static unsafe class Power
{
    // The smallest normal number: below it the logarithm is not exact, and its powers that matter here are as good as 0.
    private const float Least = 1.17549435e-38f;

    /// <summary>y = max(x, 0)^e, to within rounding of e^(e log x).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input; what is negative, by rounding for instance, counts as 0.</param>
    /// <param name="exponent">e, positive.</param>
    /// <param name="y">Output; may be the input.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative, or <paramref name="exponent"/> not positive.</exception>
    public static void Forward(WorkerPool pool, float* x, float exponent, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponent);
        Elementwise.Run(pool, new Raise { Exponent = exponent }, x, y, count, accumulate: false);
    }

    private struct Raise : IUnary
    {
        public float Exponent;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T x)
            where T : unmanaged, ISimd<T>
        {
            T least = T.Create(Least);
            return T.SelectGreater(least, x, T.Zero, T.Exp(T.Create(Exponent) * T.Log(T.Max(x, least))));
        }
    }
}
