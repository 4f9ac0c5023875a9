using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Entropy;

namespace Retort.Networks;

/// <summary>The entropy of each pixel's shares, <c>[N, H, W, 1]</c>: -(sum of x log(x + 1e-12)).</summary>
public sealed unsafe class Entropy : Operation
{
    /// <summary>Describes the operation.</summary>
    public Entropy(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape with { C = 1 };

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Entropy(inputs[0]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c) = (Output.Shape.Pixels, Inputs[0].Shape.C);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, rows, c, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c) = (Output.Shape.Pixels, Inputs[0].Shape.C);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [x, dy], [dx], () => Kernel.Backward(pool, x.Pointer, dy.Pointer, rows, c, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue x = onnx.Of(Inputs[0]);
        OnnxValue logarithm = onnx.Add("Log", [onnx.Add("Add", [x, onnx.Number(Kernel.Epsilon)])]);
        return onnx.Add("Neg", [onnx.Add("ReduceSum", [onnx.Add("Mul", [x, logarithm]), onnx.Whole(1)])]);
    }
}
