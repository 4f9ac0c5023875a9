using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.CosineDistance;

namespace Retort.Networks;

/// <summary>One minus the cosine between the channels of two tensors at each pixel: <c>[N, H, W, 1]</c>.</summary>
public sealed unsafe class CosineDistance : Operation
{
    /// <summary>Describes the operation.</summary>
    public CosineDistance(Value a, Value b, float epsilon = 1e-12f)
        : base([a, b])
    {
        Epsilon = epsilon;
    }

    /// <summary>Added to lengths before dividing by them.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? Inputs[0].Shape with { C = 1 }
            : throw new ArgumentException($"CosineDistance needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new CosineDistance(inputs[0], inputs[1], Epsilon);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float epsilon) = (Inputs[0].Shape.Pixels, Inputs[0].Shape.C, Epsilon);
        PlanBuffer a = plan.Of(Inputs[0]);
        PlanBuffer b = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer saved = plan.Temporary(Kernel.SavedLength(rows));
        plan.Save(this, saved);
        plan.Step(Name, [a, b], [y, saved], () => Kernel.Forward(pool, a.Pointer, b.Pointer, rows, c, epsilon, y.Pointer, saved.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float epsilon) = (Inputs[0].Shape.Pixels, Inputs[0].Shape.C, Epsilon);
        PlanBuffer a = plan.Of(Inputs[0]);
        PlanBuffer b = plan.Of(Inputs[1]);
        PlanBuffer saved = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        bool accumulateA = false;
        bool accumulateB = false;
        PlanBuffer? da = plan.NeedsGradient(Inputs[0]) ? plan.ContributeTo(Inputs[0], out accumulateA) : null;
        PlanBuffer? db = plan.NeedsGradient(Inputs[1]) ? plan.ContributeTo(Inputs[1], out accumulateB) : null;
        plan.Step(
            $"{Name} gradient", [a, b, saved, dy], [.. new[] { da, db }.OfType<PlanBuffer>()],
            () => Kernel.Backward(
                pool, a.Pointer, b.Pointer, saved.Pointer, dy.Pointer, rows, c, epsilon,
                da == null ? null : da.Pointer, accumulateA, db == null ? null : db.Pointer, accumulateB));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        (OnnxValue a, OnnxValue b) = (onnx.Of(Inputs[0]), onnx.Of(Inputs[1]));
        OnnxValue channels = onnx.Whole(1);
        OnnxValue Length(OnnxValue x) => onnx.Add("Add", [onnx.Add("ReduceL2", [x, channels]), onnx.Number(Epsilon)]);
        OnnxValue product = onnx.Add("ReduceSum", [onnx.Add("Mul", [a, b]), channels]);
        return onnx.Add("Sub", [onnx.Number(1), onnx.Add("Div", [onnx.Add("Div", [product, Length(a)]), Length(b)])]);
    }
}
