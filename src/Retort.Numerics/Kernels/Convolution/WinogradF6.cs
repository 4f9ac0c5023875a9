using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>F(6, 3) at the points 0, p, -p, q, -q, r, -r.</summary>
internal readonly struct WinogradF6 : IWinogradTransform
{
    private const float P = 1f, Q = 2f, R = 0.5f;
    private const float PP = P * P, QQ = Q * Q, RR = R * R;

    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    public static ReadOnlySpan<double> Points => [0, P, -P, Q, -Q, R, -R];

    public static ReadOnlySpan<float> InputFactors => [];

    public static ReadOnlySpan<float> OutputFactors => [];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T, TLine>(TLine d, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T d1 = d.Load<T>(1), d2 = d.Load<T>(2), d3 = d.Load<T>(3), d4 = d.Load<T>(4), d5 = d.Load<T>(5), d6 = d.Load<T>(6);

        // (x^2 - p^2)(x^2 - q^2)(x^2 - r^2), and the same times x for infinity.
        T all = T.Create(-PP * QQ * RR), pairs = T.Create((PP * QQ) + (PP * RR) + (QQ * RR)), single = T.Create(-(PP + QQ + RR));
        result.Store(0, T.MultiplyAdd(all, d.Load<T>(0), T.MultiplyAdd(pairs, d2, T.MultiplyAdd(single, d4, d6))));
        result.Store(7, T.MultiplyAdd(all, d1, T.MultiplyAdd(pairs, d3, T.MultiplyAdd(single, d5, d.Load<T>(7)))));

        // x(x +- p)(x^2 - q^2)(x^2 - r^2), and so on in turn.
        Pair(result, 1, P, Half(QQ * RR, QQ + RR, d2, d4, d6), Half(QQ * RR, QQ + RR, d1, d3, d5));
        Pair(result, 3, Q, Half(PP * RR, PP + RR, d2, d4, d6), Half(PP * RR, PP + RR, d1, d3, d5));
        Pair(result, 5, R, Half(PP * QQ, PP + QQ, d2, d4, d6), Half(PP * QQ, PP + QQ, d1, d3, d5));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Half(float product, float sum, T a, T b, T c) => T.MultiplyAdd(T.Create(product), a, T.MultiplyAdd(T.Create(-sum), b, c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T, TLine, TResult>(TLine m, TResult result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
        where TResult : struct, IWinogradResult
    {
        T m1 = m.Load<T>(1), m2 = m.Load<T>(2), m3 = m.Load<T>(3), m4 = m.Load<T>(4), m5 = m.Load<T>(5), m6 = m.Load<T>(6);
        T sumP = m1 + m2, sumQ = m3 + m4, sumR = m5 + m6;
        result.Store(0, m.Load<T>(0) + sumP + sumQ + sumR);
        result.Store(2, Combine(PP, sumP, QQ, sumQ, T.Create(RR) * sumR));
        result.Store(4, Combine(PP * PP, sumP, QQ * QQ, sumQ, T.Create(RR * RR) * sumR));
        T differenceP = m1 - m2, differenceQ = m3 - m4, differenceR = m5 - m6;
        result.Store(1, Combine(P, differenceP, Q, differenceQ, T.Create(R) * differenceR));
        result.Store(3, Combine(PP * P, differenceP, QQ * Q, differenceQ, T.Create(RR * R) * differenceR));
        result.Store(5, Combine(PP * PP * P, differenceP, QQ * QQ * Q, differenceQ, T.MultiplyAdd(T.Create(RR * RR * R), differenceR, m.Load<T>(7))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Combine(float p, T atP, float q, T atQ, T rest) => T.MultiplyAdd(T.Create(p), atP, T.MultiplyAdd(T.Create(q), atQ, rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputAdjoint<T, TLine>(TLine y, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T y0 = y.Load<T>(0), y1 = y.Load<T>(1), y2 = y.Load<T>(2), y3 = y.Load<T>(3), y4 = y.Load<T>(4), y5 = y.Load<T>(5);
        result.Store(0, y0);
        Pair(result, 1, P, Half(PP, y0, y2, y4), Half(PP, y1, y3, y5));
        Pair(result, 3, Q, Half(QQ, y0, y2, y4), Half(QQ, y1, y3, y5));
        Pair(result, 5, R, Half(RR, y0, y2, y4), Half(RR, y1, y3, y5));
        result.Store(7, y5);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Half(float square, T a, T b, T c) => T.MultiplyAdd(T.Create(square * square), c, T.MultiplyAdd(T.Create(square), b, a));
    }

    // A polynomial at +p and -p from its even half and its odd half divided by p.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<T>(StridedLine result, int position, float point, T even, T odd)
        where T : unmanaged, ISimd<T>
    {
        result.Store(position, T.MultiplyAdd(T.Create(point), odd, even));
        result.Store(position + 1, T.MultiplyAdd(T.Create(-point), odd, even));
    }
}
