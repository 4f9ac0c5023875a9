using Retort.Networks.Plans;
using Retort.Numerics;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>y = convolution(x, filter) [+ bias] [normalised] [+ residual], [ReLU]. Networks add the plain form; <see cref="Lowering"/> fuses the rest.</summary>
public sealed unsafe class Convolution : Operation
{
    private readonly IReadOnlyList<BatchNormParameters> _norms;

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
        : base(inputs, [filter, .. bias == null ? (Parameter[])[] : [bias], .. norms.SelectMany(n => (Parameter[])[n.Gamma, n.Beta, n.Mean, n.Variance])])
    {
        Filter = filter;
        Bias = bias;
        _norms = norms;
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
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Convolution(inputs, Filter, Bias, Stride, Padding, Dilation, _norms, Relu);

    /// <summary>The same convolution with a residual and a ReLU fused into it.</summary>
    internal Convolution Fused(Value? residual, bool relu) =>
        new(residual == null ? [Inputs[0]] : [Inputs[0], residual], Filter, Bias, Stride, Padding, Dilation, _norms, relu);

    /// <summary>The same convolution with a frozen batch normalisation behind it folded into filter and bias.</summary>
    internal Convolution Folded(BatchNormParameters norm) => new(Inputs, Filter, Bias, Stride, Padding, Dilation, [.. _norms, norm], Relu);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        ConvolutionShape shape = KernelShape;
        IConvolution kernel = ConvolutionAlgorithms.Choose(shape, plan.Memory);
        var pool = plan.Pool;
        (PlanBuffer? scale, PlanBuffer? bias) = EmitVectors(plan);
        PlanBuffer packed = EmitPacked(plan, kernel, scale);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
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

    // Frozen normalisations, one after the other, are one factor and one summand a channel.
    private (PlanBuffer? Scale, PlanBuffer? Bias) EmitVectors(PlanBuilder plan)
    {
        if (_norms.Count == 0)
        {
            return (null, Bias == null ? null : plan.Trains(Bias) ? plan.Fixed(Bias.Data) : plan.Copy(Bias.Data));
        }

        int channels = Output.Shape.C;
        PlanBuffer scale = plan.Persistent(channels);
        PlanBuffer bias = plan.Persistent(channels);
        for (int c = 0; c < channels; c++)
        {
            double factor = 1;
            double summand = Bias == null ? 0 : Bias.Data.Span[c];
            foreach (BatchNormParameters norm in _norms)
            {
                double step = norm.Gamma.Data.Span[c] / Math.Sqrt((double)norm.Variance.Data.Span[c] + BatchNorm.Epsilon);
                summand = norm.Beta.Data.Span[c] + ((summand - norm.Mean.Data.Span[c]) * step);
                factor *= step;
            }

            (scale.Pointer[c], bias.Pointer[c]) = ((float)factor, (float)summand);
        }

        return (scale, bias);
    }

    // A plan that is only run packs its filters once. One that trains packs them at every step, frozen ones too: that takes a hundredth of
    // the step, and keeping them all would take several times the memory of the weights.
    private PlanBuffer EmitPacked(PlanBuilder plan, IConvolution kernel, PlanBuffer? scale)
    {
        WorkerPool pool = plan.Pool;
        PlanBuffer weights = plan.Fixed(Filter.Data);
        Action<PlanBuffer>? fold = scale == null ? null : Folding(plan, weights, scale);
        if (!plan.IsTraining)
        {
            PlanBuffer kept = plan.Persistent(kernel.PackedLength);
            PlanBuffer ready = fold == null ? weights : plan.Staging(weights.Length);
            fold?.Invoke(ready);
            kernel.Pack(pool, ready.Pointer, kept.Pointer);
            return kept;
        }

        PlanBuffer source = weights;
        if (fold != null)
        {
            source = plan.Temporary(weights.Length);
            plan.Step($"{Name} fold", [weights], [source], () => fold(source));
        }

        PlanBuffer packed = plan.Temporary(kernel.PackedLength);
        plan.Step($"{Name} pack", [source], [packed], () => kernel.Pack(pool, source.Pointer, packed.Pointer));
        return packed;
    }

    // Output channels are innermost, so the factors apply to rows of weights as they would to pixels.
    private static Action<PlanBuffer> Folding(PlanBuilder plan, PlanBuffer weights, PlanBuffer scale)
    {
        WorkerPool pool = plan.Pool;
        PlanBuffer zero = plan.Persistent(scale.Length);
        return to => Numerics.Kernels.BatchNorm.FrozenForward(
            pool, weights.Pointer, weights.Length / scale.Length, scale.Length, scale.Pointer, zero.Pointer, null, false, to.Pointer);
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
            IConvolution kernel = ConvolutionAlgorithms.Choose(shape, plan.Memory);
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
