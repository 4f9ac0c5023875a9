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

    public static ReadOnlySpan<float> InputFactors => [P, Q, PP];

    public static ReadOnlySpan<float> OutputFactors => [P, Q, PP, QQ];

    // The last four are 1 / N of the points.
    public static ReadOnlySpan<float> FilterFactors => [P, Q, PP, QQ, 1 / (PP * Q), 1 / (2 * PP * (P - Q)), -1 / (2 * PP * (P + Q)), 1 / (Q * (QQ - PP))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T, TLine>(TLine d, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T d1 = d.Load<T>(1), d2 = d.Load<T>(2), d3 = d.Load<T>(3);

        // (x^2 - p^2)(x - q), and the same times x for infinity: both from differences of neighbours two apart.
        T low = T.MultiplySubtractFrom(f.C, d.Load<T>(0), d2);
        T high = T.MultiplySubtractFrom(f.C, d1, d3);
        T top = T.MultiplySubtractFrom(f.C, d2, d.Load<T>(4));
        result.Store(0, T.MultiplySubtractFrom(f.B, low, high));
        result.Store(4, T.MultiplySubtractFrom(f.B, high, top));

        // x(x + p)(x - q) and x(x - p)(x - q).
        T even = T.MultiplySubtractFrom(f.B, d2, d3);
        T odd = T.MultiplySubtractFrom(f.B, d1, d2);
        result.Store(1, T.MultiplyAdd(f.A, odd, even));
        result.Store(2, T.MultiplySubtractFrom(f.A, odd, even));

        // x(x^2 - p^2).
        result.Store(3, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T, TLine, TResult>(TLine m, TResult result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
        where TResult : struct, IWinogradResult
    {
        T m1 = m.Load<T>(1), m2 = m.Load<T>(2), m3 = m.Load<T>(3);
        T sum = m1 + m2;
        result.Store(0, m.Load<T>(0) + sum + m3);
        result.Store(1, T.MultiplyAdd(f.A, m1 - m2, f.B * m3));
        result.Store(2, T.MultiplyAdd(f.C, sum, T.MultiplyAdd(f.D, m3, m.Load<T>(4))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputAdjoint<T, TLine>(TLine y, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T y0 = y.Load<T>(0), y1 = y.Load<T>(1), y2 = y.Load<T>(2);
        T even = T.MultiplyAdd(f.C, y2, y0);
        result.Store(0, y0);
        result.Store(1, T.MultiplyAdd(f.A, y1, even));
        result.Store(2, T.MultiplySubtractFrom(f.A, y1, even));
        result.Store(3, T.MultiplyAdd(f.B, y1, T.MultiplyAdd(f.D, y2, y0)));
        result.Store(4, y2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<T, TLine>(TLine g, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T g0 = g.Load<T>(0), g1 = g.Load<T>(1), g2 = g.Load<T>(2);
        T even = T.MultiplyAdd(f.C, g2, g0);
        result.Store(0, f.E * g0);
        result.Store(1, f.F * T.MultiplyAdd(f.A, g1, even));
        result.Store(2, f.G * T.MultiplySubtractFrom(f.A, g1, even));
        result.Store(3, f.H * T.MultiplyAdd(f.B, g1, T.MultiplyAdd(f.D, g2, g0)));
        result.Store(4, g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterAdjoint<T, TLine>(TLine u, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T u1 = f.F * u.Load<T>(1), u2 = f.G * u.Load<T>(2), u3 = f.H * u.Load<T>(3);
        T sum = u1 + u2;
        result.Store(0, T.MultiplyAdd(f.E, u.Load<T>(0), sum + u3));
        result.Store(1, T.MultiplyAdd(f.A, u1 - u2, f.B * u3));
        result.Store(2, T.MultiplyAdd(f.C, sum, T.MultiplyAdd(f.D, u3, u.Load<T>(4))));
    }
}
