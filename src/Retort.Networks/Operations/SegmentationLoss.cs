using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.SegmentationLoss;

namespace Retort.Networks;

/// <summary>The loss of a segmentation from logits z and a target mask m: mean of BCE(p, m) * (1 - p_t)^gamma, plus the mean of |p - m| if wanted, with p = sigmoid(z) and p_t the probability given to the right answer (DeSTSeg, eq. 5 to 7).</summary>
public sealed unsafe class SegmentationLoss : Operation
{
    /// <summary>Describes the operation.</summary>
    public SegmentationLoss(Value logits, Value mask, float gamma, bool l1)
        : base([logits, mask])
    {
        (Gamma, HasL1) = (gamma, l1);
    }

    /// <summary>The focusing exponent.</summary>
    public float Gamma { get; }

    /// <summary>Whether the mean of |p - m| is part of the loss.</summary>
    public bool HasL1 { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? new Shape(1, 1, 1, 1)
            : throw new ArgumentException($"SegmentationLoss needs logits and a mask of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new SegmentationLoss(inputs[0], inputs[1], Gamma, HasL1);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (float gamma, bool l1) = (Gamma, HasL1);
        PlanBuffer z = plan.Of(Inputs[0]);
        PlanBuffer mask = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(z.Length));
        plan.Step(Name, [z, mask], [y, scratch], () => Kernel.Forward(pool, z.Pointer, mask.Pointer, z.Length, gamma, l1, scratch.Pointer, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        if (plan.NeedsGradient(Inputs[1]))
        {
            throw new ArgumentException($"The mask of {Name} depends on trained parameters, but has no gradient: masks are data.");
        }

        var pool = plan.Pool;
        (float gamma, bool l1) = (Gamma, HasL1);
        PlanBuffer z = plan.Of(Inputs[0]);
        PlanBuffer mask = plan.Of(Inputs[1]);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dz = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", [z, mask, dy], [dz],
            () => Kernel.Backward(pool, z.Pointer, mask.Pointer, z.Length, gamma, l1, dy.Pointer, dz.Pointer, accumulate));
    }
}
