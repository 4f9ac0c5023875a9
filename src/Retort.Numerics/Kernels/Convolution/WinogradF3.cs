using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>F(3, 3) at the points 0, p, -p, q: the one transform with a point that has no partner.</summary>
internal readonly struct WinogradF3 : IWinogradTransform
{
    private const float P = 0.75f, Q = 2f;
    private const float PP = P * P, QQ = Q * Q;

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 5;
    }

    public static ReadOnlySpan<double> Points => [0, P, -P, Q];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T, TLine>(TLine d, StridedLine result)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T d1 = d.Load<T>(1), d2 = d.Load<T>(2), d3 = d.Load<T>(3);

        // (x^2 - p^2)(x - q), and the same times x for infinity: both from differences of neighbours two apart.
        T low = T.MultiplyAdd(T.Create(-PP), d.Load<T>(0), d2);
        T high = T.MultiplyAdd(T.Create(-PP), d1, d3);
        T top = T.MultiplyAdd(T.Create(-PP), d2, d.Load<T>(4));
        result.Store(0, T.MultiplyAdd(T.Create(-Q), low, high));
        result.Store(4, T.MultiplyAdd(T.Create(-Q), high, top));

        // x(x + p)(x - q) and x(x - p)(x - q).
        T even = T.MultiplyAdd(T.Create(-Q), d2, d3);
        T odd = T.MultiplyAdd(T.Create(-Q), d1, d2);
        result.Store(1, T.MultiplyAdd(T.Create(P), odd, even));
        result.Store(2, T.MultiplyAdd(T.Create(-P), odd, even));

        // x(x^2 - p^2).
        result.Store(3, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T, TLine>(TLine m, StridedLine result)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T m1 = m.Load<T>(1), m2 = m.Load<T>(2), m3 = m.Load<T>(3);
        T sum = m1 + m2;
        result.Store(0, m.Load<T>(0) + sum + m3);
        result.Store(1, T.MultiplyAdd(T.Create(P), m1 - m2, T.Create(Q) * m3));
        result.Store(2, T.MultiplyAdd(T.Create(PP), sum, T.MultiplyAdd(T.Create(QQ), m3, m.Load<T>(4))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputAdjoint<T, TLine>(TLine y, StridedLine result)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T y0 = y.Load<T>(0), y1 = y.Load<T>(1), y2 = y.Load<T>(2);
        T even = T.MultiplyAdd(T.Create(PP), y2, y0);
        result.Store(0, y0);
        result.Store(1, T.MultiplyAdd(T.Create(P), y1, even));
        result.Store(2, T.MultiplyAdd(T.Create(-P), y1, even));
        result.Store(3, T.MultiplyAdd(T.Create(Q), y1, T.MultiplyAdd(T.Create(QQ), y2, y0)));
        result.Store(4, y2);
    }
}
