using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>F(4, 3) at the points 0, p, -p, q, -q.</summary>
/// <remarks>The customary points 0, 1, -1, 2, -2 round more than twice as badly at the same cost.</remarks>
internal readonly struct WinogradF4 : IWinogradTransform
{
    private const float P = 0.6875f, Q = 1.5f;
    private const float PP = P * P, QQ = Q * Q;

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    public static ReadOnlySpan<float> InputFactors => [P, Q, PP, QQ, PP * QQ, PP + QQ];

    public static ReadOnlySpan<float> OutputFactors => [P, Q, PP, QQ, PP * P, QQ * Q];

    // 1 / N of 0, p and q, the latter two times p and q, and that of p times p^2.
    public static ReadOnlySpan<float> FilterFactors =>
        [1 / (PP * QQ), 1 / (2 * PP * (PP - QQ)), 1 / (2 * QQ * (QQ - PP)), 1 / (2 * P * (PP - QQ)), 1 / (2 * Q * (QQ - PP)), 1 / (2 * (PP - QQ))];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T, TLine>(TLine d, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T d1 = d.Load<T>(1), d2 = d.Load<T>(2), d3 = d.Load<T>(3), d4 = d.Load<T>(4);

        // (x^2 - p^2)(x^2 - q^2), and the same times x for infinity.
        result.Store(0, T.MultiplyAdd(f.E, d.Load<T>(0), T.MultiplySubtractFrom(f.F, d2, d4)));
        result.Store(5, T.MultiplyAdd(f.E, d1, T.MultiplySubtractFrom(f.F, d3, d.Load<T>(5))));

        // x(x +- p)(x^2 - q^2).
        T even = T.MultiplySubtractFrom(f.D, d2, d4);
        T odd = T.MultiplySubtractFrom(f.D, d1, d3);
        result.Store(1, T.MultiplyAdd(f.A, odd, even));
        result.Store(2, T.MultiplySubtractFrom(f.A, odd, even));

        // x(x +- q)(x^2 - p^2).
        even = T.MultiplySubtractFrom(f.C, d2, d4);
        odd = T.MultiplySubtractFrom(f.C, d1, d3);
        result.Store(3, T.MultiplyAdd(f.B, odd, even));
        result.Store(4, T.MultiplySubtractFrom(f.B, odd, even));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T, TLine, TResult>(TLine m, TResult result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
        where TResult : struct, IWinogradResult
    {
        T m1 = m.Load<T>(1), m2 = m.Load<T>(2), m3 = m.Load<T>(3), m4 = m.Load<T>(4);
        T sumP = m1 + m2, differenceP = m1 - m2, sumQ = m3 + m4, differenceQ = m3 - m4;
        result.Store(0, m.Load<T>(0) + sumP + sumQ);
        result.Store(1, T.MultiplyAdd(f.A, differenceP, f.B * differenceQ));
        result.Store(2, T.MultiplyAdd(f.C, sumP, f.D * sumQ));
        result.Store(3, T.MultiplyAdd(f.E, differenceP, T.MultiplyAdd(f.F, differenceQ, m.Load<T>(5))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputAdjoint<T, TLine>(TLine y, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T y0 = y.Load<T>(0), y1 = y.Load<T>(1), y2 = y.Load<T>(2), y3 = y.Load<T>(3);
        result.Store(0, y0);
        T even = T.MultiplyAdd(f.C, y2, y0);
        T odd = T.MultiplyAdd(f.C, y3, y1);
        result.Store(1, T.MultiplyAdd(f.A, odd, even));
        result.Store(2, T.MultiplySubtractFrom(f.A, odd, even));
        even = T.MultiplyAdd(f.D, y2, y0);
        odd = T.MultiplyAdd(f.D, y3, y1);
        result.Store(3, T.MultiplyAdd(f.B, odd, even));
        result.Store(4, T.MultiplySubtractFrom(f.B, odd, even));
        result.Store(5, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<T, TLine>(TLine g, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        // 1 / N is the same at p and -p, and its product with p^2 that with q^2 at q, but for the sign.
        T g0 = g.Load<T>(0), g1 = g.Load<T>(1), g2 = g.Load<T>(2);
        T half = f.F * g2;
        result.Store(0, f.A * g0);
        T even = T.MultiplyAdd(f.B, g0, half);
        result.Store(1, T.MultiplyAdd(f.D, g1, even));
        result.Store(2, T.MultiplySubtractFrom(f.D, g1, even));
        even = (f.C * g0) - half;
        result.Store(3, T.MultiplyAdd(f.E, g1, even));
        result.Store(4, T.MultiplySubtractFrom(f.E, g1, even));
        result.Store(5, g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterAdjoint<T, TLine>(TLine u, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T u1 = u.Load<T>(1), u2 = u.Load<T>(2), u3 = u.Load<T>(3), u4 = u.Load<T>(4);
        T sumP = u1 + u2, differenceP = u1 - u2, sumQ = u3 + u4, differenceQ = u3 - u4;
        result.Store(0, T.MultiplyAdd(f.A, u.Load<T>(0), T.MultiplyAdd(f.B, sumP, f.C * sumQ)));
        result.Store(1, T.MultiplyAdd(f.D, differenceP, f.E * differenceQ));
        result.Store(2, T.MultiplyAdd(f.F, sumP - sumQ, u.Load<T>(5)));
    }
}
