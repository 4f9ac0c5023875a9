using Retort.Networks.Plans;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>y = convolution(x, filter) [+ bias] [+ residual], [ReLU]. Networks add the plain form; <see cref="Lowering"/> fuses the rest.</summary>
public sealed unsafe class Convolution : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="filter">From <see cref="Parameter.Filter"/>.</param>
    /// <param name="bias">A vector, or null.</param>
    /// <param name="stride">Step between outputs in pixels.</param>
    /// <param name="padding">Zeros on each side in pixels.</param>
    /// <param name="dilation">Distance between taps in pixels.</param>
    /// <param name="residual">Added before the ReLU, or null.</param>
    /// <param name="relu">Negative results become zero.</param>
    public Convolution(Value x, Parameter filter, Parameter? bias, int stride = 1, int padding = 0, int dilation = 1, Value? residual = null, bool relu = false)
        : base(residual == null ? [x] : [x, residual], bias == null ? [filter] : [filter, bias])
    {
        Filter = filter;
        Bias = bias;
        (Stride, Padding, Dilation, Relu) = (stride, padding, dilation, relu);
    }

    /// <summary>The filter.</summary>
    public Parameter Filter { get; }

    /// <summary>The bias, if any.</summary>
    public Parameter? Bias { get; }

    /// <summary>Step between outputs in pixels.</summary>
    public int Stride { get; }

    /// <summary>Zeros on each side in pixels.</summary>
    public int Padding { get; }

    /// <summary>Distance between taps in pixels.</summary>
    public int Dilation { get; }

    /// <summary>Whether negative results become zero.</summary>
    public bool Relu { get; }

    /// <summary>What is added before the ReLU, if anything.</summary>
    public Value? Residual => Inputs.Count > 1 ? Inputs[1] : null;

    /// <summary>The shape for the kernels.</summary>
    public ConvolutionShape KernelShape
    {
        get
        {
            Shape x = Inputs[0].Shape;
            return new ConvolutionShape(x.N, x.H, x.W, x.C, Filter.FileShape[0], Filter.FileShape[2], Filter.FileShape[3], Stride, Padding, Dilation);
        }
    }

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

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) =>
        new Convolution(inputs[0], Filter, Bias, Stride, Padding, Dilation, inputs.Count > 1 ? inputs[1] : null, Relu);

    /// <summary>The same convolution with a residual and a ReLU fused into it.</summary>
    internal Convolution Fused(Value? residual, bool relu) => new(Inputs[0], Filter, Bias, Stride, Padding, Dilation, residual, relu);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        ConvolutionShape shape = KernelShape;
        IConvolution kernel = ConvolutionAlgorithms.Choose(shape);
        var pool = plan.Pool;
        PlanBuffer weights = plan.Fixed(Filter.Data);
        PlanBuffer packed;
        if (plan.Trains(Filter))
        {
            packed = plan.Temporary(kernel.PackedLength);
            plan.Step($"{Name} pack", [weights], [packed], () => kernel.Pack(pool, weights.Pointer, packed.Pointer));
        }
        else
        {
            packed = plan.Persistent(kernel.PackedLength);
            kernel.Pack(pool, weights.Pointer, packed.Pointer);
        }

        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
        PlanBuffer? bias = Bias == null ? null : plan.Trains(Bias) ? plan.Fixed(Bias.Data) : plan.Copy(Bias.Data);
        PlanBuffer? residual = Residual == null ? null : plan.Of(Residual);
        bool relu = Relu;
        plan.Step(
            Name,
            residual == null ? [x, packed] : [x, packed, residual],
            [y, scratch],
            () => kernel.Forward(
                pool, x.Pointer, packed.Pointer, bias == null ? null : bias.Pointer, residual == null ? null : residual.Pointer, relu, y.Pointer, scratch.Pointer),
            shape.MultiplyAdds);
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        if (Relu || Residual != null)
        {
            throw new NotSupportedException($"{Name} has a fused residual or ReLU, which only plans without gradients have.");
        }

        var pool = plan.Pool;
        ConvolutionShape shape = KernelShape;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.Trains(Filter))
        {
            IWeightGradient kernel = ConvolutionAlgorithms.ChooseWeightGradient(shape);
            PlanBuffer dw = plan.GradientOf(Filter);
            PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
            plan.Step(
                $"{Name} weight gradient", [x, dy], [dw, scratch],
                () => kernel.Run(pool, x.Pointer, dy.Pointer, dw.Pointer, scratch.Pointer),
                shape.MultiplyAdds);
        }

        if (Bias != null && plan.Trains(Bias))
        {
            PlanBuffer db = plan.GradientOf(Bias);
            int rows = Output.Shape.Pixels;
            int channels = Output.Shape.C;
            PlanBuffer scratch = plan.Temporary(Numerics.Kernels.ChannelSum.ScratchLength(rows, channels));
            plan.Step($"{Name} bias gradient", [dy], [db, scratch], () => Numerics.Kernels.ChannelSum.Run(pool, dy.Pointer, rows, channels, db.Pointer, scratch.Pointer));
        }

        if (plan.NeedsGradient(Inputs[0]))
        {
            IConvolution kernel = ConvolutionAlgorithms.Choose(shape);
            PlanBuffer weights = plan.Fixed(Filter.Data);
            PlanBuffer packed = plan.Temporary(kernel.DataGradientPackedLength);
            PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
            PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
            plan.Step($"{Name} pack for data gradient", [weights], [packed], () => kernel.PackForDataGradient(pool, weights.Pointer, packed.Pointer));
            plan.Step(
                $"{Name} data gradient", [dy, packed], [dx, scratch],
                () => kernel.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate, dx.Pointer, scratch.Pointer),
                shape.MultiplyAdds);
        }
    }
}
