using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Add;

namespace Retort.Networks;

/// <summary>y = a + b.</summary>
public sealed unsafe class Add : Operation
{
    /// <summary>Describes the operation.</summary>
    public Add(Value a, Value b)
        : base([a, b])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Inputs[0].Shape == Inputs[1].Shape
            ? Inputs[0].Shape
            : throw new ArgumentException($"Add needs two tensors of one shape, not {Inputs[0].Shape} and {Inputs[1].Shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Add(inputs[0], inputs[1]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer a = plan.Of(Inputs[0]);
        PlanBuffer b = plan.Of(Inputs[1]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [a, b], [y], () => Kernel.Forward(pool, a.Pointer, b.Pointer, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer dy = plan.GradientOf(Output);
        foreach (Value input in Inputs.Where(plan.NeedsGradient))
        {
            PlanBuffer dx = plan.ContributeTo(input, out bool accumulate);
            if (accumulate)
            {
                plan.Step($"{Name} gradient", [dy, dx], [dx], () => Numerics.Kernels.Accumulate.Run(pool, dy.Pointer, dx.Pointer, dx.Length));
            }
            else
            {
                plan.Step($"{Name} gradient", [dy], [dx], () => Numerics.Kernels.Copy.Run(pool, dy.Pointer, dx.Pointer, dx.Length));
            }
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Add", [onnx.Of(Inputs[0]), onnx.Of(Inputs[1])]);
}
