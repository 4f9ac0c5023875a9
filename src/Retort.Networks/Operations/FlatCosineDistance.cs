using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.FlatCosineDistance;

namespace Retort.Networks;

/// <summary>One minus the cosine between whole pictures, all pixels and channels as one vector: <c>[N, 1, 1, 1]</c>. Lengths are clamped below by 1e-8, as in PyTorch 2's <c>cosine_similarity</c>.</summary>
public sealed unsafe class FlatCosineDistance : Operation
{
    /// <summary>Describes the operation.</summary>
    public FlatCosineDistance(Value a, Value b)
        : base([a, b])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? new Shape(Inputs[0].Shape.N, 1, 1, 1)
            : throw new ArgumentException($"FlatCosineDistance needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new FlatCosineDistance(inputs[0], inputs[1]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        int n = Inputs[0].Shape.N;
        int length = (int)(Inputs[0].Shape.Length / n);
        PlanBuffer a = plan.Of(Inputs[0]);
        PlanBuffer b = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer saved = plan.Temporary(Kernel.SavedLength(n));
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(n, length));
        plan.Save(this, saved);
        plan.Step(Name, [a, b], [y, saved, scratch], () => Kernel.Forward(pool, a.Pointer, b.Pointer, n, length, y.Pointer, saved.Pointer, scratch.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        int n = Inputs[0].Shape.N;
        int length = (int)(Inputs[0].Shape.Length / n);
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
                pool, a.Pointer, b.Pointer, saved.Pointer, dy.Pointer, n, length,
                da == null ? null : da.Pointer, accumulateA, db == null ? null : db.Pointer, accumulateB));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        (OnnxValue a, OnnxValue b) = (onnx.Of(Inputs[0]), onnx.Of(Inputs[1]));
        OnnxValue all = onnx.Whole(1, 2, 3);
        OnnxValue Length(OnnxValue x) => onnx.Add("Max", [onnx.Add("ReduceL2", [x, all]), onnx.Number((float)Kernel.SmallestNorm)]);
        OnnxValue product = onnx.Add("ReduceSum", [onnx.Add("Mul", [a, b]), all]);
        return onnx.Add("Sub", [onnx.Number(1), onnx.Add("Div", [onnx.Add("Div", [product, Length(a)]), Length(b)])]);
    }
}
