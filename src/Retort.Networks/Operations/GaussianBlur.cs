using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.GaussianBlur;

namespace Retort.Networks;

/// <summary>Gaussian smoothing as SciPy's <c>gaussian_filter</c> does it, the edges mirrored and the filter cut off at four standard deviations. For maps: it has no gradient.</summary>
public sealed unsafe class GaussianBlur : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">What to smooth, each channel by itself.</param>
    /// <param name="sigma">Standard deviation in pixels, positive; reverse distillation has 4.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is not positive.</exception>
    public GaussianBlur(Value x, double sigma = 4)
        : base([x])
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        Sigma = sigma;
    }

    /// <summary>Standard deviation in pixels.</summary>
    public double Sigma { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new GaussianBlur(inputs[0], Sigma);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Output.Shape;
        int radius = Kernel.Radius(Sigma);
        float[] values = Kernel.Weights(Sigma);
        PlanBuffer weights = plan.Persistent(values.Length);
        values.CopyTo(new Span<float>(weights.Pointer, weights.Length));
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(pool.Threads, s.W, s.C, radius));
        plan.Step(Name, [x], [y, scratch], () => Kernel.Forward(pool, x.Pointer, s.N, s.H, s.W, s.C, weights.Pointer, radius, y.Pointer, scratch.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan) => throw new NotSupportedException($"{Name} has no gradient.");
}
