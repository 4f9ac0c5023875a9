using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Retort.Numerics;
using Kernel = Retort.Numerics.Kernels.BatchNorm;

namespace Retort.Networks;

/// <summary>The parameters of a batch normalisation, by PyTorch's names.</summary>
/// <param name="Gamma"><c>weight</c>.</param>
/// <param name="Beta"><c>bias</c>.</param>
/// <param name="Mean"><c>running_mean</c>.</param>
/// <param name="Variance"><c>running_var</c>.</param>
public sealed record BatchNormParameters(Parameter Gamma, Parameter Beta, Parameter Mean, Parameter Variance)
{
    /// <summary>What a frozen normalisation multiplies a channel with: gamma / sqrt(variance + epsilon).</summary>
    internal double Factor(int channel) => Gamma.Data.Span[channel] / Math.Sqrt((double)Variance.Data.Span[channel] + BatchNorm.Epsilon);
}

/// <summary>
/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta [+ residual], [ReLU]. Where its parameters train, mean and (biased) variance
/// are the batch's and the running ones move towards them (the variance unbiased), as in PyTorch; where they are frozen, the running
/// ones are used.
/// </summary>
public sealed unsafe class BatchNorm : Operation
{
    /// <summary>PyTorch's default, which all networks here use.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Share of the batch's statistics in the running ones: PyTorch's default.</summary>
    public const float Momentum = 0.1f;

    private readonly BatchNormParameters _p;
    private readonly bool _relu;

    /// <summary>Describes the operation.</summary>
    public BatchNorm(Value x, BatchNormParameters parameters, Value? residual = null, bool relu = false)
        : base(residual == null ? [x] : [x, residual], [parameters.Gamma, parameters.Beta, parameters.Mean, parameters.Variance])
    {
        _p = parameters;
        _relu = relu;
    }

    /// <summary>What is added before the ReLU, if anything.</summary>
    public Value? Residual => Inputs.Count > 1 ? Inputs[1] : null;

    /// <summary>Whether negative results become zero.</summary>
    public bool Relu => _relu;

    /// <summary>Gamma, beta and the running statistics.</summary>
    internal BatchNormParameters State => _p;

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        if (x.C != _p.Gamma.Length)
        {
            throw new ArgumentException($"{_p.Gamma.Name} has {_p.Gamma.Length} channels, its input {x}.");
        }

        return Residual == null || Residual.Shape == x ? x : throw new ArgumentException($"The residual of {_p.Gamma.Name} is {Residual.Shape}, not {x}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new BatchNorm(inputs[0], _p, inputs.Count > 1 ? inputs[1] : null, _relu);

    /// <summary>The same normalisation with a residual and a ReLU fused into it.</summary>
    internal BatchNorm Fused(Value? residual, bool relu) => new(Inputs[0], _p, residual, relu);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        WorkerPool pool = plan.Pool;
        int rows = Output.Shape.Pixels;
        int c = Output.Shape.C;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer? residual = Residual == null ? null : plan.Of(Residual);
        PlanBuffer gamma = plan.Fixed(_p.Gamma.Data);
        PlanBuffer beta = plan.Fixed(_p.Beta.Data);
        PlanBuffer mean = plan.Fixed(_p.Mean.Data);
        PlanBuffer variance = plan.Fixed(_p.Variance.Data);
        PlanBuffer[] reads = residual == null ? [x] : [x, residual];
        bool relu = _relu;
        if (plan.Trains(_p.Gamma) != plan.Trains(_p.Beta))
        {
            throw new ArgumentException($"{_p.Gamma.Name} and {_p.Beta.Name} belong to one normalisation; train both or neither.");
        }

        if (plan.Trains(_p.Gamma))
        {
            PlanBuffer batchMean = plan.Temporary(c);
            PlanBuffer inverseDeviation = plan.Temporary(c);
            PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(rows, c));
            plan.Save(this, batchMean, inverseDeviation);
            plan.Step(
                Name, reads, [y, batchMean, inverseDeviation, scratch],
                () => Kernel.TrainingForward(
                    pool, x.Pointer, rows, c, gamma.Pointer, beta.Pointer, mean.Pointer, variance.Pointer, Momentum, Epsilon,
                    batchMean.Pointer, inverseDeviation.Pointer, residual == null ? null : residual.Pointer, relu, y.Pointer, scratch.Pointer));
            return;
        }

        PlanBuffer scale = plan.Persistent(c);
        PlanBuffer shift = plan.Persistent(c);
        plan.Save(this, scale);
        Kernel.FoldScaleShift(gamma.Pointer, beta.Pointer, mean.Pointer, variance.Pointer, Epsilon, c, scale.Pointer, shift.Pointer);
        plan.Step(
            Name, reads, [y],
            () => Kernel.FrozenForward(pool, x.Pointer, rows, c, scale.Pointer, shift.Pointer, residual == null ? null : residual.Pointer, relu, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        WorkerPool pool = plan.Pool;
        int rows = Output.Shape.Pixels;
        int c = Output.Shape.C;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer dy = plan.GradientOf(Output);
        bool relu = _relu;
        bool trains = plan.Trains(_p.Gamma);

        // The kernels write dx before the residual's gradient, which is added to it where both are the same value.
        bool accumulate = false;
        PlanBuffer dx = plan.NeedsGradient(Inputs[0]) ? plan.ContributeTo(Inputs[0], out accumulate) : plan.Temporary(Output.Shape.Length);
        var writes = new List<PlanBuffer> { dx };
        PlanBuffer? dResidual = null;
        bool accumulateResidual = false;
        if (Residual != null && plan.NeedsGradient(Residual))
        {
            writes.Add(dResidual = plan.ContributeTo(Residual, out accumulateResidual));
        }

        // Without a residual, what the ReLU let through follows from the input, and the memory of the output can be used for something else.
        PlanBuffer? y = relu && (Residual != null || !trains) ? plan.Of(Output) : null;
        PlanBuffer[] reads = y == null ? [x, dy] : [x, y, dy];
        if (!trains)
        {
            PlanBuffer scale = plan.Saved(this)[0];
            plan.Step(
                $"{Name} gradient", reads, writes,
                () => Kernel.FrozenBackward(
                    pool, y == null ? null : y.Pointer, dy.Pointer, rows, c, scale.Pointer, dx.Pointer, accumulate, dResidual == null ? null : dResidual.Pointer, accumulateResidual));
            return;
        }

        PlanBuffer gamma = plan.Fixed(_p.Gamma.Data);
        PlanBuffer beta = plan.Fixed(_p.Beta.Data);
        PlanBuffer mean = plan.Saved(this)[0];
        PlanBuffer inverseDeviation = plan.Saved(this)[1];
        PlanBuffer dGamma = plan.GradientOf(_p.Gamma);
        PlanBuffer dBeta = plan.GradientOf(_p.Beta);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(rows, c));
        plan.Step(
            $"{Name} gradient", [.. reads, mean, inverseDeviation], [.. writes, scratch],
            () => Kernel.TrainingBackward(
                pool, x.Pointer, relu, y == null ? null : y.Pointer, dy.Pointer, rows, c, gamma.Pointer, beta.Pointer, mean.Pointer, inverseDeviation.Pointer, dx.Pointer, accumulate,
                dGamma.Pointer, dBeta.Pointer, dResidual == null ? null : dResidual.Pointer, accumulateResidual, scratch.Pointer));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue Vector(Parameter parameter) => onnx.Numbers(parameter.Name, parameter.Data.Span, [parameter.Length]);
        OnnxValue y = onnx.Add(
            "BatchNormalization", [onnx.Of(Inputs[0]), Vector(_p.Gamma), Vector(_p.Beta), Vector(_p.Mean), Vector(_p.Variance)],
            new OnnxProperty("epsilon", Epsilon));
        y = Residual == null ? y : onnx.Add("Add", [y, onnx.Of(Residual)]);
        return _relu ? onnx.Add("Relu", [y]) : y;
    }
}
