using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Channels;

namespace Retort.Networks;

/// <summary>Tensors side by side along the channels.</summary>
public sealed unsafe class Concat : Operation
{
    /// <summary>Describes the operation.</summary>
    public Concat(IReadOnlyList<Value> inputs)
        : base(inputs)
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape first = Inputs[0].Shape;
        return Inputs.FirstOrDefault(i => i.Shape with { C = first.C } != first) is Value other
            ? throw new ArgumentException($"Concat needs tensors of the same pictures, height and width, not {first} and {other.Shape}.")
            : first with { C = Inputs.Sum(i => i.Shape.C) };
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Concat(inputs);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer y = plan.Of(Output);
        int rows = Output.Shape.Pixels;
        int width = Output.Shape.C;
        int offset = 0;
        foreach (Value input in Inputs)
        {
            int first = offset;
            int c = input.Shape.C;
            PlanBuffer x = plan.Of(input);
            plan.Step(Name, [x], [y], () => Kernel.Copy(pool, x.Pointer, c, y.Pointer + first, width, rows, c, accumulate: false));
            offset += c;
        }
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer dy = plan.GradientOf(Output);
        int rows = Output.Shape.Pixels;
        int width = Output.Shape.C;
        int offset = 0;
        foreach (Value input in Inputs)
        {
            int first = offset;
            int c = input.Shape.C;
            offset += c;
            if (plan.NeedsGradient(input))
            {
                PlanBuffer dx = plan.ContributeTo(input, out bool accumulate);
                plan.Step($"{Name} gradient", [dy], [dx], () => Kernel.Copy(pool, dy.Pointer + first, width, dx.Pointer, c, rows, c, accumulate));
            }
        }
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Concat", [.. Inputs.Select(onnx.Of)], new OnnxProperty("axis", 1));
}
