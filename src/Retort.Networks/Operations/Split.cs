using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Channels;

namespace Retort.Networks;

/// <summary>Some of the channels of a tensor.</summary>
public sealed unsafe class Split : Operation
{
    private readonly int _channels;

    /// <summary>Describes the operation.</summary>
    public Split(Value x, int firstChannel, int channels)
        : base([x])
    {
        (FirstChannel, _channels) = (firstChannel, channels);
    }

    /// <summary>The first of the channels.</summary>
    public int FirstChannel { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return FirstChannel >= 0 && _channels > 0 && FirstChannel + _channels <= x.C
            ? x with { C = _channels }
            : throw new ArgumentException($"Channels {FirstChannel} to {FirstChannel + _channels} are not all in {x}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Split(inputs[0], FirstChannel, _channels);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        (int first, int c, int width, int rows) = (FirstChannel, _channels, Inputs[0].Shape.C, Output.Shape.Pixels);
        plan.Step(Name, [x], [y], () => Kernel.Copy(pool, x.Pointer + first, width, y.Pointer, c, rows, c, accumulate: false));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        (int first, int c, int width, int rows) = (FirstChannel, _channels, Inputs[0].Shape.C, Output.Shape.Pixels);
        if (!accumulate)
        {
            plan.Step($"{Name} gradient of the rest", [], [dx], () => Numerics.Kernels.Fill.Run(pool, dx.Pointer, dx.Length, 0));
        }

        plan.Step($"{Name} gradient", [dy, dx], [dx], () => Kernel.Copy(pool, dy.Pointer, c, dx.Pointer + first, width, rows, c, accumulate: true));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Slice", [onnx.Of(Inputs[0]), onnx.Whole(FirstChannel), onnx.Whole(FirstChannel + _channels), onnx.Whole(1)]);
}
