using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Multiply;

namespace Retort.Networks;

/// <summary>y = scale * a * b, element by element.</summary>
public sealed unsafe class Multiply : Operation
{
    /// <summary>Describes the operation.</summary>
    public Multiply(Value a, Value b, float scale = 1)
        : base([a, b])
    {
        Scale = scale;
    }

    /// <summary>The constant factor.</summary>
    public float Scale { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? Inputs[0].Shape
            : throw new ArgumentException($"Multiply needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Multiply(inputs[0], inputs[1], Scale);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float scale = Scale;
        PlanBuffer a = plan.Of(Inputs[0]);
        PlanBuffer b = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [a, b], [y], () => Kernel.Forward(pool, a.Pointer, b.Pointer, scale, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float scale = Scale;
        PlanBuffer dy = plan.GradientOf(Output);
        for (int i = 0; i < 2; i++)
        {
            if (plan.NeedsGradient(Inputs[i]))
            {
                PlanBuffer other = plan.Of(Inputs[1 - i]);
                PlanBuffer dx = plan.ContributeTo(Inputs[i], out bool accumulate);
                plan.Step(
                    $"{Name} gradient", accumulate ? [dy, other, dx] : [dy, other], [dx],
                    () => Kernel.Backward(pool, dy.Pointer, other.Pointer, scale, dx.Pointer, dx.Length, accumulate));
            }
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue product = onnx.Add("Mul", [onnx.Of(Inputs[0]), onnx.Of(Inputs[1])]);
        return Scale == 1 ? product : onnx.Add("Mul", [product, onnx.Number(Scale)]);
    }
}
