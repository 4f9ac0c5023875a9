using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.ScaleByLength;

namespace Retort.Networks;

/// <summary>Each pixel's channels times the length of another tensor's channels there: y = |reference| * x.</summary>
public sealed unsafe class ScaleByLength : Operation
{
    /// <summary>Describes the operation.</summary>
    public ScaleByLength(Value x, Value reference)
        : base([x, reference])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? Inputs[0].Shape
            : throw new ArgumentException($"ScaleByLength needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new ScaleByLength(inputs[0], inputs[1]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c) = (Output.Shape.Pixels, Output.Shape.C);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer reference = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x, reference], [y], () => Kernel.Forward(pool, x.Pointer, reference.Pointer, rows, c, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c) = (Output.Shape.Pixels, Output.Shape.C);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer reference = plan.Of(Inputs[1]);
        PlanBuffer dy = plan.GradientOf(Output);
        if (plan.NeedsGradient(Inputs[0]))
        {
            PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
            plan.Step($"{Name} gradient", [reference, dy], [dx], () => Kernel.Backward(pool, reference.Pointer, dy.Pointer, rows, c, dx.Pointer, accumulate));
        }

        if (plan.NeedsGradient(Inputs[1]))
        {
            PlanBuffer dReference = plan.ContributeTo(Inputs[1], out bool accumulate);
            plan.Step(
                $"{Name} gradient of the reference", [x, reference, dy], [dReference],
                () => Kernel.ReferenceBackward(pool, x.Pointer, reference.Pointer, dy.Pointer, rows, c, dReference.Pointer, accumulate));
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Mul", [onnx.Of(Inputs[0]), onnx.Add("ReduceL2", [onnx.Of(Inputs[1]), onnx.Whole(1)])]);
}
