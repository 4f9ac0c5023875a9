using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Numerics;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>y = convolution(x, filter) [+ bias] [normalised] [+ residual], [ReLU]. Networks add the plain form; <see cref="Lowering"/> fuses the rest.</summary>
public sealed unsafe class Convolution : FilterOperation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="filter">From <see cref="Parameter.Filter"/>.</param>
    /// <param name="bias">A vector, or null.</param>
    /// <param name="stride">Step between outputs in pixels.</param>
    /// <param name="padding">Zeros on each side in pixels.</param>
    /// <param name="dilation">Distance between taps in pixels.</param>
    public Convolution(Value x, Parameter filter, Parameter? bias, int stride = 1, int padding = 0, int dilation = 1)
        : this([x], filter, bias, stride, padding, dilation, [], relu: false)
    {
    }

    private Convolution(
        IReadOnlyList<Value> inputs, Parameter filter, Parameter? bias, int stride, int padding, int dilation, IReadOnlyList<BatchNormParameters> norms, bool relu)
        : base(inputs, filter, bias, norms, relu) => (Stride, Padding, Dilation) = (stride, padding, dilation);

    /// <summary>Step between outputs in pixels.</summary>
    public int Stride { get; }

    /// <summary>Zeros on each side in pixels.</summary>
    public int Padding { get; }

    /// <summary>Distance between taps in pixels.</summary>
    public int Dilation { get; }

    /// <summary>The shape for the kernels.</summary>
    public ConvolutionShape KernelShape
    {
        get
        {
            Shape x = Inputs[0].Shape;
            return new ConvolutionShape(x.N, x.H, x.W, x.C, Filter.FileShape[0], Filter.FileShape[2], Filter.FileShape[3], Stride, Padding, Dilation);
        }
    }

    private protected override long MultiplyAdds => KernelShape.MultiplyAdds;

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        ConvolutionShape s = KernelShape;
        if (s.InChannels != Filter.FileShape[1])
        {
            throw new ArgumentException($"{Filter.Name} takes {Filter.FileShape[1]} channels, not the {s.InChannels} of {Inputs[0].Shape}.");
        }

        s.Validate();
        var y = new Shape(s.N, s.OutH, s.OutW, s.OutChannels);
        return Residual == null || Residual.Shape == y ? y : throw new ArgumentException($"The residual of {Filter.Name} is {Residual.Shape}, not {y}.");
    }

    private protected override FilterOperation With(IReadOnlyList<Value> inputs, IReadOnlyList<BatchNormParameters> norms, bool relu) =>
        new Convolution(inputs, Filter, Bias, Stride, Padding, Dilation, norms, relu);

    private protected override IConvolution CreateKernel(MemoryPolicy memory) => ConvolutionAlgorithms.Choose(KernelShape, memory);

    private protected override IWeightGradient CreateWeightGradient() => ConvolutionAlgorithms.ChooseWeightGradient(KernelShape);

    // Output channels are innermost, so the factors apply to rows of weights as they would to pixels.
    private protected override Action<PlanBuffer> Folding(PlanBuilder plan, PlanBuffer weights, PlanBuffer scale)
    {
        WorkerPool pool = plan.Pool;
        PlanBuffer zero = plan.Persistent(scale.Length);
        return to => Numerics.Kernels.BatchNorm.FrozenForward(
            pool, weights.Pointer, weights.Length / scale.Length, scale.Length, scale.Pointer, zero.Pointer, null, false, to.Pointer);
    }

    private protected override int OutputAxis => 0;

    private protected override OnnxValue EmitOnnxFilter(OnnxNodes onnx, IReadOnlyList<OnnxValue> inputs) => onnx.Add(
        "Conv", inputs,
        new OnnxProperty("strides", [Stride, Stride]),
        new OnnxProperty("pads", [Padding, Padding, Padding, Padding]),
        new OnnxProperty("dilations", [Dilation, Dilation]));
}
