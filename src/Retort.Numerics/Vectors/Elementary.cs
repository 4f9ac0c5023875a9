using System.Runtime.CompilerServices;

namespace Retort.Numerics.Vectors;

/// <summary>
/// Exponential and logarithm for vectors of any width. The runtime's own go through doubles and, inside a larger kernel, through
/// calls: ten times slower than these, which are inlined and stay in single precision.
/// </summary>
internal static class Elementary
{
    // ln 2 in two parts. The first has few enough bits that its product with a whole number below 256 is exact.
    private const float Ln2High = 0.693145751953125f;
    private const float Ln2Low = 1.42860677e-6f;

    /// <summary>e^x = 2^n * e^r with n = round(x / ln 2) and |r| at most ln(2) / 2, where seven terms of the series are enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        // Beyond these the result is infinity and zero. NaN passes both comparisons by.
        x = T.SelectGreater(x, T.Create(89), T.Create(89), x);
        x = T.SelectGreater(T.Create(-104), x, T.Create(-104), x);
        T n = T.Round(x * T.Create(1.44269504f));
        T r = T.MultiplyAdd(n, T.Create(-Ln2Low), T.MultiplyAdd(n, T.Create(-Ln2High), x));
        T p = T.Create(1 / 5040f);
        p = T.MultiplyAdd(p, r, T.Create(1 / 720f));
        p = T.MultiplyAdd(p, r, T.Create(1 / 120f));
        p = T.MultiplyAdd(p, r, T.Create(1 / 24f));
        p = T.MultiplyAdd(p, r, T.Create(1 / 6f));
        p = T.MultiplyAdd(p, r, T.Create(0.5f));
        p = T.MultiplyAdd(p, r, T.Create(1));
        p = T.MultiplyAdd(p, r, T.Create(1));
        return Scale(p, n);
    }

    /// <summary>
    /// log x = n * ln 2 + log m with x = m * 2^n and m from sqrt(1/2) to sqrt(2); log m = 2 artanh(s) with s = (m - 1) / (m + 1),
    /// |s| below 0.172, where five terms of the series are enough.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : unmanaged, ISimd<T>
    {
        const float smallestNormal = 1.17549435e-38f;
        T subnormal = T.Create(smallestNormal);
        T normal = T.SelectGreater(subnormal, x, x * T.Create(1 << 24), x);
        T exponent = T.Exponent(normal);
        T f = Scale(normal, T.Zero - exponent) - T.Create(1);
        T s = f / (f + T.Create(2));
        T z = s * s;
        T p = T.Create(1 / 9f);
        p = T.MultiplyAdd(p, z, T.Create(1 / 7f));
        p = T.MultiplyAdd(p, z, T.Create(1 / 5f));
        p = T.MultiplyAdd(p, z, T.Create(1 / 3f));

        // 2 artanh(s) = f - s * (f - 2 z p): f itself is exact, only the small rest is rounded.
        T log = f - (s * T.MultiplyAdd(z * p, T.Create(-2), f));
        T n = exponent - T.SelectGreater(subnormal, x, T.Create(24), T.Zero);
        log = T.MultiplyAdd(n, T.Create(Ln2High), T.MultiplyAdd(n, T.Create(Ln2Low), log));

        // Infinity is its own logarithm; zero gives minus infinity, less than zero NaN, NaN itself.
        log = T.SelectGreater(x, T.Create(float.MaxValue), x, log);
        T otherwise = T.SelectGreater(T.Zero, x, T.Create(float.NaN), T.Create(-1) / T.Abs(x));
        return T.SelectGreater(x, T.Zero, log, otherwise);
    }

    // x * 2^n in two steps: either power is a normal number, also where 2^n or the result is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Scale<T>(T x, T n)
        where T : unmanaged, ISimd<T>
    {
        T half = T.Round(n * T.Create(0.5f));
        return x * T.PowerOfTwo(half) * T.PowerOfTwo(n - half);
    }
}
