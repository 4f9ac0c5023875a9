using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Reduction;

namespace Retort.Networks;

/// <summary>The sum of all values times a constant: a scalar loss. With 1 / (H * W) it is the mean over pixels, summed over pictures.</summary>
public sealed unsafe class WeightedSum : Operation
{
    /// <summary>Describes the operation.</summary>
    public WeightedSum(Value x, float weight)
        : base([x])
    {
        Weight = weight;
    }

    /// <summary>The constant factor.</summary>
    public float Weight { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => new(1, 1, 1, 1);

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new WeightedSum(inputs[0], Weight);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float weight = Weight;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(x.Length));
        plan.Step(Name, [x], [y, scratch], () => Kernel.Sum(pool, x.Pointer, x.Length, weight, scratch.Pointer, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float weight = Weight;
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [dy], [dx], () => Kernel.SumBackward(pool, dy.Pointer, weight, dx.Pointer, dx.Length, accumulate));
    }
}
