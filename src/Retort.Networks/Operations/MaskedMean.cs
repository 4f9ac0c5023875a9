using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.MaskedMean;

namespace Retort.Networks;

/// <summary>The mean of the values that a mask of 0 and 1 selects, times a constant: a scalar loss. It is 0 where the mask selects none.</summary>
public sealed unsafe class MaskedMean : Operation
{
    /// <summary>Describes the operation.</summary>
    public MaskedMean(Value x, Value mask, float weight = 1)
        : base([x, mask])
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
            : throw new ArgumentException($"MaskedMean needs values and a mask of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new MaskedMean(inputs[0], inputs[1], Weight);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float weight = Weight;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer mask = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer share = plan.Temporary(1);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(x.Length));
        plan.Save(this, share);
        plan.Step(
            Name, [x, mask], [y, share, scratch],
            () => Kernel.Forward(pool, x.Pointer, mask.Pointer, x.Length, weight, scratch.Pointer, y.Pointer, share.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        if (plan.NeedsGradient(Inputs[1]))
        {
            throw new ArgumentException($"The mask of {Name} depends on trained parameters, but has no gradient: masks are data.");
        }

        var pool = plan.Pool;
        PlanBuffer mask = plan.Of(Inputs[1]);
        PlanBuffer share = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", accumulate ? [mask, share, dy, dx] : [mask, share, dy], [dx],
            () => Kernel.Backward(pool, mask.Pointer, share.Pointer, dy.Pointer, dx.Pointer, dx.Length, accumulate));
    }
}
