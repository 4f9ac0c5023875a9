using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Sigmoid;

namespace Retort.Networks;

/// <summary>y = 1 / (1 + e^-x).</summary>
public sealed unsafe class Sigmoid : Operation
{
    /// <summary>Describes the operation.</summary>
    public Sigmoid(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Sigmoid(inputs[0]);

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
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Sigmoid", [onnx.Of(Inputs[0])]);
}
