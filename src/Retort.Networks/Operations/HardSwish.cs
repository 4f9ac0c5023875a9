using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.HardSwish;

namespace Retort.Networks;

/// <summary>y = x * min(max(x + 3, 0), 6) / 6.</summary>
public sealed unsafe class HardSwish : Operation
{
    /// <summary>Describes the operation.</summary>
    public HardSwish(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new HardSwish(inputs[0]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [x, dy], [dx], () => Kernel.Backward(pool, x.Pointer, dy.Pointer, dx.Pointer, x.Length, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("HardSwish", [onnx.Of(Inputs[0])]);
}
