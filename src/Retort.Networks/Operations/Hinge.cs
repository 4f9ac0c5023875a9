using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Hinge;

namespace Retort.Networks;

/// <summary>y = max(margin - x, 0): what is lacking to a margin.</summary>
public sealed unsafe class Hinge : Operation
{
    /// <summary>Describes the operation.</summary>
    public Hinge(Value x, float margin)
        : base([x])
    {
        Margin = margin;
    }

    /// <summary>From which on nothing is lacking.</summary>
    public float Margin { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Hinge(inputs[0], Margin);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float margin = Margin;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, margin, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer y = plan.Of(Output);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", accumulate ? [y, dy, dx] : [y, dy], [dx],
            () => Kernel.Backward(pool, y.Pointer, dy.Pointer, dx.Pointer, dx.Length, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Relu", [onnx.Add("Sub", [onnx.Number(Margin), onnx.Of(Inputs[0])])]);
}
