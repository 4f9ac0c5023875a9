using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.GlobalAveragePool;

namespace Retort.Networks;

/// <summary>The mean over all pixels of each picture: <c>[N, H, W, C]</c> becomes <c>[N, 1, 1, C]</c>.</summary>
public sealed unsafe class GlobalAveragePool : Operation
{
    /// <summary>Describes the operation.</summary>
    public GlobalAveragePool(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => new(Inputs[0].Shape.N, 1, 1, Inputs[0].Shape.C);

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new GlobalAveragePool(inputs[0]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, s.N, s.H, s.W, s.C, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [dy], [dx], () => Kernel.Backward(pool, dy.Pointer, s.N, s.H, s.W, s.C, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("GlobalAveragePool", [onnx.Of(Inputs[0])]);
}
