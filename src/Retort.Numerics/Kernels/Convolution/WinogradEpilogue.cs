namespace Retort.Numerics.Kernels.Convolution;

/// <summary>Where an output goes and what happens to it on the way: y = relu(conv + bias + residual).</summary>
/// <param name="y">The output, <c>[N, H, W, C]</c>.</param>
/// <param name="bias"><c>[C]</c>, or null.</param>
/// <param name="residual">Of the output's shape, or null; may be <paramref name="y"/>.</param>
/// <param name="relu">Whether negative outputs become 0.</param>
internal readonly unsafe struct WinogradEpilogue(float* y, float* bias, float* residual, bool relu)
{
    /// <summary>The output.</summary>
    public float* Y { get; } = y;

    /// <summary>Added to every pixel, or null.</summary>
    public float* Bias { get; } = bias;

    /// <summary>Added to the output, or null.</summary>
    public float* Residual { get; } = residual;

    /// <summary>Whether negative outputs become 0.</summary>
    public bool Relu { get; } = relu;
}
