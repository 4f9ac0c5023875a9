using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Relu;

namespace Retort.Networks;

/// <summary>y = max(x, 0).</summary>
public sealed unsafe class Relu : Operation
{
    /// <summary>Describes the operation.</summary>
    public Relu(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Relu(inputs[0]);

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
        PlanBuffer y = plan.Of(Output);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [y, dy], [dx], () => Kernel.Backward(pool, y.Pointer, dy.Pointer, dx.Pointer, y.Length, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Relu", [onnx.Of(Inputs[0])]);
}
