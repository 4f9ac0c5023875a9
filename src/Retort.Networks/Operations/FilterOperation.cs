using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Numerics;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>
/// What <see cref="Convolution"/> and <see cref="TransposedConvolution"/> have in common: a filter that is packed for a kernel, and what
/// <see cref="Lowering"/> fuses behind it. y = filter(x) [+ bias] [normalised] [+ residual], [ReLU].
/// </summary>
public abstract unsafe class FilterOperation : Operation
{
    private protected FilterOperation(IReadOnlyList<Value> inputs, Parameter filter, Parameter? bias, IReadOnlyList<BatchNormParameters> norms, bool relu)
        : base(inputs, [filter, .. bias == null ? (Parameter[])[] : [bias], .. norms.SelectMany(n => (Parameter[])[n.Gamma, n.Beta, n.Mean, n.Variance])])
    {
        Filter = filter;
        Bias = bias;
        Norms = norms;
        Relu = relu;
    }

    /// <summary>The filter.</summary>
    public Parameter Filter { get; }

    /// <summary>The bias, if any.</summary>
    public Parameter? Bias { get; }

    /// <summary>Whether negative results become zero.</summary>
    public bool Relu { get; }

    /// <summary>What is added before the ReLU, if anything.</summary>
    public Value? Residual => Inputs.Count > 1 ? Inputs[1] : null;

    /// <summary>Frozen normalisations behind the filter, in their order.</summary>
    internal IReadOnlyList<BatchNormParameters> Norms { get; }

    /// <summary>For profiles: see <see cref="PlanStep.MultiplyAdds"/>.</summary>
    private protected abstract long MultiplyAdds { get; }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => With(inputs, Norms, Relu);

    /// <summary>The same operation with a residual and a ReLU fused into it.</summary>
    internal FilterOperation Fused(Value? residual, bool relu) => With(residual == null ? [Inputs[0]] : [Inputs[0], residual], Norms, relu);

    /// <summary>The same operation with a frozen batch normalisation behind it folded into filter and bias.</summary>
    internal FilterOperation Folded(BatchNormParameters norm) => With(Inputs, [.. Norms, norm], Relu);

    /// <summary>The same filter between other things.</summary>
    private protected abstract FilterOperation With(IReadOnlyList<Value> inputs, IReadOnlyList<BatchNormParameters> norms, bool relu);

    /// <summary>The kernel of the forward pass and the data gradient.</summary>
    private protected abstract IConvolution CreateKernel(MemoryPolicy memory);

    /// <summary>The kernel of the weight gradient.</summary>
    private protected abstract IWeightGradient CreateWeightGradient();

    /// <summary>What writes the filter times one factor an output channel to where it is told to.</summary>
    private protected abstract Action<PlanBuffer> Folding(PlanBuilder plan, PlanBuffer weights, PlanBuffer scale);

    /// <summary>Which axis of <see cref="Parameter.FileShape"/> counts output channels: there the filter lies as ONNX has it.</summary>
    private protected abstract int OutputAxis { get; }

    /// <summary>Emits the ONNX node of the filter alone.</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="inputs">Input, filter and, if there is one, bias.</param>
    private protected abstract OnnxValue EmitOnnxFilter(OnnxNodes onnx, IReadOnlyList<OnnxValue> inputs);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        IConvolution kernel = CreateKernel(plan.Memory);
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
            MultiplyAdds);
    }

    private (PlanBuffer? Scale, PlanBuffer? Bias) EmitVectors(PlanBuilder plan)
    {
        if (Norms.Count == 0)
        {
            return (null, Bias == null ? null : plan.Trains(Bias) ? plan.Fixed(Bias.Data) : plan.Copy(Bias.Data));
        }

        PlanBuffer scale = plan.Persistent(Output.Shape.C);
        PlanBuffer bias = plan.Persistent(Output.Shape.C);
        FoldNorms(new Span<float>(scale.Pointer, scale.Length), new Span<float>(bias.Pointer, bias.Length));
        return (scale, bias);
    }

    // Frozen normalisations, one after the other, are one factor and one summand a channel.
    private void FoldNorms(Span<float> scale, Span<float> bias)
    {
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = 1;
            double summand = Bias == null ? 0 : Bias.Data.Span[c];
            foreach (BatchNormParameters norm in Norms)
            {
                double step = norm.Factor(c);
                summand = norm.Beta.Data.Span[c] + ((summand - norm.Mean.Data.Span[c]) * step);
                factor *= step;
            }

            (scale[c], bias[c]) = ((float)factor, (float)summand);
        }
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

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        if (Relu || Residual != null)
        {
            throw new NotSupportedException($"{Name} has a fused residual or ReLU, which only plans without gradients have.");
        }

        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.Trains(Filter))
        {
            IWeightGradient kernel = CreateWeightGradient();
            PlanBuffer dw = plan.GradientOf(Filter);
            PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
            plan.Step(
                $"{Name} weight gradient", [x, dy], [dw, scratch],
                () => kernel.Run(pool, x.Pointer, dy.Pointer, dw.Pointer, scratch.Pointer),
                MultiplyAdds);
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
            IConvolution kernel = CreateKernel(plan.Memory);
            PlanBuffer weights = plan.Fixed(Filter.Data);
            PlanBuffer packed = plan.Temporary(kernel.DataGradientPackedLength);
            PlanBuffer scratch = plan.Temporary(kernel.ScratchLength(pool.Threads));
            PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
            plan.Step($"{Name} pack for data gradient", [weights], [packed], () => kernel.PackForDataGradient(pool, weights.Pointer, packed.Pointer));
            plan.Step(
                $"{Name} data gradient", [dy, packed], [dx, scratch],
                () => kernel.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate, dx.Pointer, scratch.Pointer),
                MultiplyAdds);
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        float[] weights = Filter.Export().Data;
        float[]? bias = Bias?.Data.Span.ToArray();
        if (Norms.Count > 0)
        {
            var scale = new float[Output.Shape.C];
            bias = new float[scale.Length];
            FoldNorms(scale, bias);
            int run = Filter.FileShape.Skip(OutputAxis + 1).Aggregate(1, (a, b) => a * b);
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] *= scale[i / run % scale.Length];
            }
        }

        List<OnnxValue> inputs = [onnx.Of(Inputs[0]), onnx.Numbers("weight", weights, Filter.FileShape)];
        if (bias != null)
        {
            inputs.Add(onnx.Numbers("bias", bias, [bias.Length]));
        }

        OnnxValue y = EmitOnnxFilter(onnx, inputs);
        y = Residual == null ? y : onnx.Add("Add", [y, onnx.Of(Residual)]);
        return Relu ? onnx.Add("Relu", [y]) : y;
    }
}
