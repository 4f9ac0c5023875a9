using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Softmax;

namespace Retort.Networks;

/// <summary>Each pixel's channels as shares that sum to one: y = softmax(scale * x).</summary>
public sealed unsafe class Softmax : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">What becomes shares.</param>
    /// <param name="scale">One over the temperature.</param>
    public Softmax(Value x, float scale = 1)
        : base([x])
    {
        Scale = scale;
    }

    /// <summary>One over the temperature.</summary>
    public float Scale { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Softmax(inputs[0], Scale);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float scale) = (Output.Shape.Pixels, Output.Shape.C, Scale);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, rows, c, scale, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        (int rows, int c, float scale) = (Output.Shape.Pixels, Output.Shape.C, Scale);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [y, dy], [dx], () => Kernel.Backward(pool, y.Pointer, dy.Pointer, rows, c, scale, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Softmax", [onnx.Add("Mul", [onnx.Of(Inputs[0]), onnx.Number(Scale)])], new OnnxProperty("axis", 1));
}
