using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Resize;

namespace Retort.Networks;

/// <summary>Bilinear resampling to another size, as PyTorch's <c>interpolate</c> without antialiasing.</summary>
public sealed unsafe class Resize : Operation
{
    private readonly int _height;
    private readonly int _width;

    /// <summary>Describes the operation.</summary>
    public Resize(Value x, int height, int width, bool alignCorners = false)
        : base([x])
    {
        (_height, _width, AlignCorners) = (height, width, alignCorners);
    }

    /// <summary>Whether the centres of the corner pixels lie upon each other, rather than the corners of the picture.</summary>
    public bool AlignCorners { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return _height > 0 && _width > 0
            ? x with { H = _height, W = _width }
            : throw new ArgumentException($"{x} cannot be resized to {_height} x {_width}; both must be positive.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Resize(inputs[0], _height, _width, AlignCorners);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        var table = new Numerics.Kernels.ResizePlan(s.H, s.W, _height, _width, AlignCorners);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, table, x.Pointer, s.N, s.C, y.Pointer, s.C));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        var table = new Numerics.Kernels.ResizePlan(s.H, s.W, _height, _width, AlignCorners);
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step($"{Name} gradient", [dy], [dx], () => Kernel.Backward(pool, table, dy.Pointer, s.C, s.N, s.C, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.AddResize(
        onnx.Of(Inputs[0]), _height, _width, new OnnxProperty("coordinate_transformation_mode", AlignCorners ? "align_corners" : "half_pixel"));
}
