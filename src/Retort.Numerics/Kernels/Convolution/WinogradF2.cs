using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>F(2, 3) at the points 0, 1, -1.</summary>
internal readonly struct WinogradF2 : IWinogradTransform
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static int Inputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static ReadOnlySpan<float> InputFactors => [];

    public static ReadOnlySpan<float> OutputFactors => [];

    public static ReadOnlySpan<float> FilterFactors => [0.5f];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T, TLine>(TLine d, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T d1 = d.Load<T>(1), d2 = d.Load<T>(2);
        result.Store(0, d2 - d.Load<T>(0));
        result.Store(1, d2 + d1);
        result.Store(2, d2 - d1);
        result.Store(3, d.Load<T>(3) - d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T, TLine, TResult>(TLine m, TResult result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
        where TResult : struct, IWinogradResult
    {
        T m1 = m.Load<T>(1), m2 = m.Load<T>(2);
        result.Store(0, m.Load<T>(0) + m1 + m2);
        result.Store(1, m1 - m2 + m.Load<T>(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputAdjoint<T, TLine>(TLine y, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T y0 = y.Load<T>(0), y1 = y.Load<T>(1);
        result.Store(0, y0);
        result.Store(1, y0 + y1);
        result.Store(2, y0 - y1);
        result.Store(3, y1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter<T, TLine>(TLine g, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T g0 = g.Load<T>(0), g2 = g.Load<T>(2);
        T odd = f.A * g.Load<T>(1);
        T even = f.A * (g0 + g2);
        result.Store(0, T.Zero - g0);
        result.Store(1, even + odd);
        result.Store(2, even - odd);
        result.Store(3, g2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterAdjoint<T, TLine>(TLine u, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
    {
        T u1 = u.Load<T>(1), u2 = u.Load<T>(2);
        T even = f.A * (u1 + u2);
        result.Store(0, even - u.Load<T>(0));
        result.Store(1, f.A * (u1 - u2));
        result.Store(2, even + u.Load<T>(3));
    }
}
