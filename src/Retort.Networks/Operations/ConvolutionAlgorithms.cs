using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>Which algorithm computes a convolution: decided from its shape, once, when a plan is built.</summary>
internal static class ConvolutionAlgorithms
{
    /// <summary>The algorithm for the forward pass and the data gradient.</summary>
    public static IConvolution Choose(in ConvolutionShape shape) => new DirectConvolution(shape);

    /// <summary>The algorithm for the weight gradient.</summary>
    public static IWeightGradient ChooseWeightGradient(in ConvolutionShape shape) => new WeightGradient(shape);
}
