using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.HardShrink;

namespace Retort.Networks;

/// <summary>Each pixel's shares without those at or below a threshold, divided by the sum of what is left: the memory addressing of MemAE (Gong et al. 2019).</summary>
public sealed unsafe class HardShrink : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">Shares: not negative.</param>
    /// <param name="threshold">Not negative. MemAE: one to three over the number of channels.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is negative.</exception>
    public HardShrink(Value x, float threshold)
        : base([x])
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        Threshold = threshold;
    }

    /// <summary>Shares at or below it become zero.</summary>
    public float Threshold { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new HardShrink(inputs[0], Threshold);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float threshold) = (Output.Shape.Pixels, Output.Shape.C, Threshold);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer sums = plan.Temporary(rows);
        plan.Save(this, sums);
        plan.Step(Name, [x], [y, sums], () => Kernel.Forward(pool, x.Pointer, rows, c, threshold, y.Pointer, sums.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float threshold) = (Output.Shape.Pixels, Output.Shape.C, Threshold);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer sums = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", [x, y, sums, dy], [dx],
            () => Kernel.Backward(pool, x.Pointer, y.Pointer, sums.Pointer, dy.Pointer, rows, c, threshold, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue x = onnx.Of(Inputs[0]);
        OnnxValue epsilon = onnx.Number(Kernel.Epsilon);
        OnnxValue above = onnx.Add("Sub", [x, onnx.Number(Threshold)]);
        OnnxValue distance = onnx.Add("Add", [onnx.Add("Abs", [above]), epsilon]);
        OnnxValue kept = onnx.Add("Div", [onnx.Add("Mul", [onnx.Add("Relu", [above]), x]), distance]);
        return onnx.Add("Div", [kept, onnx.Add("Max", [onnx.Add("ReduceSum", [kept, onnx.Whole(1)]), epsilon])]);
    }
}
