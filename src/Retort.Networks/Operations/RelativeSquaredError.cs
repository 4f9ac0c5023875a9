using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.RelativeSquaredError;

namespace Retort.Networks;

/// <summary>
/// The squared error of one tensor relative to the squares of another, all pictures, pixels and channels together: a scalar loss,
/// <c>weight * sum((x - t)^2) / (sum(t^2) + 1e-12)</c>. The target is data and gets no gradient.
/// </summary>
public sealed unsafe class RelativeSquaredError : Operation
{
    private const float Epsilon = 1e-12f;

    /// <summary>Describes the operation.</summary>
    public RelativeSquaredError(Value x, Value target, float weight = 1)
        : base([x, target])
    {
        Weight = weight;
    }

    /// <summary>The constant factor.</summary>
    public float Weight { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? new Shape(1, 1, 1, 1)
            : throw new ArgumentException($"RelativeSquaredError needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new RelativeSquaredError(inputs[0], inputs[1], Weight);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float weight = Weight;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer target = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer share = plan.Temporary(1);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(x.Length));
        plan.Save(this, share);
        plan.Step(
            Name, [x, target], [y, share, scratch],
            () => Kernel.Forward(pool, x.Pointer, target.Pointer, x.Length, weight, Epsilon, scratch.Pointer, y.Pointer, share.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        if (plan.NeedsGradient(Inputs[1]))
        {
            throw new ArgumentException($"The target of {Name} depends on trained parameters, but has no gradient: targets are data.");
        }

        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer target = plan.Of(Inputs[1]);
        PlanBuffer share = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", accumulate ? [x, target, share, dy, dx] : [x, target, share, dy], [dx],
            () => Kernel.Backward(pool, x.Pointer, target.Pointer, share.Pointer, dy.Pointer, dx.Pointer, dx.Length, accumulate));
    }
}
