using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The one-dimensional matrices of a Winograd convolution F(m, 3), applied to vectors of channels:
/// y = A^T ((G g) * (B^T d)) for m outputs y, three filter taps g and m + 2 inputs d.
/// </summary>
/// <remarks>
/// <para>The product of two polynomials is found from its values at m + 1 points and at infinity (Lavin and Gray, "Fast
/// algorithms for convolutional neural networks", CVPR 2016, section 4). With N_j the product over k of (p_j - p_k), k not j:
/// row j of G is [1, p_j, p_j^2] / N_j, row j of B^T holds the coefficients of the product of (x - p_k), and column j of A^T is
/// [1, p_j, ..., p_j^(m-1)]. The last row of G is [0, 0, 1], the last row of B^T has all points, the last column of A^T is
/// [0, ..., 0, 1].</para>
/// <para>Points come in pairs +p and -p, which share the even and the odd half of their sums. Their values decide how much
/// rounding is amplified and cost nothing: those used here were chosen by search over sixteenths, for the least error on
/// normally distributed inputs and filters of 256 channels.</para>
/// </remarks>
internal interface IWinogradTransform
{
    /// <summary>Outputs of a tile along one axis, m.</summary>
    static abstract int Outputs { get; }

    /// <summary>Inputs of a tile along one axis, m + 2: also how many points there are, infinity included.</summary>
    static abstract int Inputs { get; }

    /// <summary>What <see cref="Input{T, TLine}"/> multiplies with, at most <see cref="WinogradFactors{T}.Most"/> numbers.</summary>
    static abstract ReadOnlySpan<float> InputFactors { get; }

    /// <summary>What <see cref="Output{T, TLine, TResult}"/> and <see cref="OutputAdjoint{T, TLine}"/> multiply with, at most as many.</summary>
    static abstract ReadOnlySpan<float> OutputFactors { get; }

    /// <summary>What <see cref="Filter{T, TLine}"/> and <see cref="FilterAdjoint{T, TLine}"/> multiply with, at most as many.</summary>
    static abstract ReadOnlySpan<float> FilterFactors { get; }

    /// <summary>B^T d: <see cref="Inputs"/> values to as many.</summary>
    static abstract void Input<T, TLine>(TLine d, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine;

    /// <summary>A^T m: <see cref="Inputs"/> values to <see cref="Outputs"/>.</summary>
    static abstract void Output<T, TLine, TResult>(TLine m, TResult result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine
        where TResult : struct, IWinogradResult;

    /// <summary>A y, the adjoint of <see cref="Output"/>: <see cref="Outputs"/> values to <see cref="Inputs"/>.</summary>
    static abstract void OutputAdjoint<T, TLine>(TLine y, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine;

    /// <summary>G g: three taps to <see cref="Inputs"/> values.</summary>
    static abstract void Filter<T, TLine>(TLine g, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine;

    /// <summary>G^T u, the adjoint of <see cref="Filter{T, TLine}"/>: <see cref="Inputs"/> values to three taps.</summary>
    static abstract void FilterAdjoint<T, TLine>(TLine u, StridedLine result, WinogradFactors<T> f)
        where T : unmanaged, ISimd<T>
        where TLine : struct, IWinogradLine;
}
