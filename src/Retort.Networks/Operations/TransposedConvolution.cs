using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Numerics.Kernels.Convolution;
using Kernel = Retort.Numerics.Kernels.Convolution.TransposedConvolution;

namespace Retort.Networks;

/// <summary>
/// y = PyTorch's <c>ConvTranspose2d</c> with a stride as large as the filter, without padding and bias: every input pixel becomes a
/// square of output pixels, <c>[N, stride H, stride W, out channels]</c>. Reverse distillation enlarges so, with a stride of 2.
/// </summary>
/// <remarks>
/// <see cref="Lowering"/> fuses what may follow, as with <see cref="Convolution"/>. The filter comes from
/// <see cref="Parameter.TransposedFilter"/>; its file shape is PyTorch's <c>[in, out, stride, stride]</c>.
/// </remarks>
public sealed unsafe class TransposedConvolution : FilterOperation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="filter">From <see cref="Parameter.TransposedFilter"/>; its side is the stride.</param>
    public TransposedConvolution(Value x, Parameter filter)
        : this([x], filter, [], relu: false)
    {
    }

    private TransposedConvolution(IReadOnlyList<Value> inputs, Parameter filter, IReadOnlyList<BatchNormParameters> norms, bool relu)
        : base(inputs, filter, null, norms, relu)
    {
    }

    /// <summary>Output pixels an input pixel becomes along each axis.</summary>
    public int Stride => Filter.FileShape[2];

    /// <summary>The convolution whose gradient this is, for the kernels: from an output of this to an input of this.</summary>
    public ConvolutionShape AdjointShape
    {
        get
        {
            Shape x = Inputs[0].Shape;
            return new ConvolutionShape(x.N, Stride * x.H, Stride * x.W, Filter.FileShape[1], Filter.FileShape[0], Stride, Filter.FileShape[3], Stride);
        }
    }

    private protected override long MultiplyAdds => AdjointShape.MultiplyAdds;

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        ConvolutionShape s = AdjointShape;
        if (s.OutChannels != Inputs[0].Shape.C)
        {
            throw new ArgumentException($"{Filter.Name} takes {s.OutChannels} channels, not the {Inputs[0].Shape.C} of {Inputs[0].Shape}.");
        }

        if (s.KernelH != s.KernelW)
        {
            throw new ArgumentException($"{Filter.Name} is {s.KernelH} x {s.KernelW}; a transposed convolution takes square filters.");
        }

        var y = new Shape(s.N, s.H, s.W, s.InChannels);
        return Residual == null || Residual.Shape == y ? y : throw new ArgumentException($"The residual of {Filter.Name} is {Residual.Shape}, not {y}.");
    }

    private protected override FilterOperation With(IReadOnlyList<Value> inputs, IReadOnlyList<BatchNormParameters> norms, bool relu) =>
        new TransposedConvolution(inputs, Filter, norms, relu);

    private protected override IConvolution CreateKernel(MemoryPolicy memory) => new Kernel(AdjointShape);

    private protected override IWeightGradient CreateWeightGradient() => new Kernel(AdjointShape);

    // Input channels are innermost: a factor is that of a row of weights. This is done when a plan is made, and rarely in a step.
    private protected override Action<PlanBuffer> Folding(PlanBuilder plan, PlanBuffer weights, PlanBuffer scale)
    {
        int columns = Inputs[0].Shape.C;
        return to =>
        {
            for (int i = 0; i < weights.Length; i++)
            {
                to.Pointer[i] = weights.Pointer[i] * scale.Pointer[i / columns % scale.Length];
            }
        };
    }

    private protected override int OutputAxis => 1;

    private protected override OnnxValue EmitOnnxFilter(OnnxNodes onnx, IReadOnlyList<OnnxValue> inputs) =>
        onnx.Add("ConvTranspose", inputs, new OnnxProperty("strides", [Stride, Stride]));
}
