using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.L2Normalize;

namespace Retort.Networks;

/// <summary>Each pixel's channels divided by their length: y = x / (|x| + epsilon).</summary>
public sealed unsafe class L2Normalize : Operation
{
    /// <summary>Describes the operation.</summary>
    public L2Normalize(Value x, float epsilon = 1e-12f)
        : base([x])
    {
        Epsilon = epsilon;
    }

    /// <summary>Added to lengths before dividing by them.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new L2Normalize(inputs[0], Epsilon);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float epsilon) = (Output.Shape.Pixels, Output.Shape.C, Epsilon);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer norms = plan.Temporary(rows);
        plan.Save(this, norms);
        plan.Step(Name, [x], [y, norms], () => Kernel.Forward(pool, x.Pointer, rows, c, epsilon, y.Pointer, norms.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float epsilon) = (Output.Shape.Pixels, Output.Shape.C, Epsilon);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer norms = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", [x, norms, dy], [dx],
            () => Kernel.Backward(pool, x.Pointer, norms.Pointer, dy.Pointer, rows, c, epsilon, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue x = onnx.Of(Inputs[0]);
        return onnx.Add("Div", [x, onnx.Add("Add", [onnx.Add("ReduceL2", [x, onnx.Whole(1)]), onnx.Number(Epsilon)])]);
    }
}
