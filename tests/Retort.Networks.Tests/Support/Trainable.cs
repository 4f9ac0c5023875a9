using Retort.Networks.Plans;
using Retort.Numerics.Kernels;

namespace Retort.Networks.Tests.Support;

/// <summary>A tensor that is itself a parameter, so that every element of an operation's input gradient can be read from a plan.</summary>
internal sealed unsafe class Trainable(Parameter parameter, Shape shape) : Operation([], parameter)
{
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Trainable(Parameters[0], shape);

    public override void EmitForward(PlanBuilder plan) => EmitCopy(plan, plan.Fixed(Parameters[0].Data), plan.Of(Output), Name);

    public override void EmitBackward(PlanBuilder plan) => EmitCopy(plan, plan.GradientOf(Output), plan.GradientOf(Parameters[0]), $"{Name} gradient");

    protected override Shape InferShape() => shape;

    private static void EmitCopy(PlanBuilder plan, PlanBuffer from, PlanBuffer to, string name)
    {
        var pool = plan.Pool;
        plan.Step(name, [from], [to], () => Copy.Run(pool, from.Pointer, to.Pointer, to.Length));
    }
}
