using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.MaxPool;

namespace Retort.Networks;

/// <summary>The largest value of each window; outside the picture counts as minus infinity, and the first of equal values wins, as in PyTorch.</summary>
public sealed unsafe class MaxPool : Operation
{
    /// <summary>Describes the operation.</summary>
    public MaxPool(Value x, int kernel, int stride, int padding)
        : base([x])
    {
        (Window, Stride, Padding) = (kernel, stride, padding);
    }

    /// <summary>Height and width of a window in pixels.</summary>
    public int Window { get; }

    /// <summary>Step between windows in pixels.</summary>
    public int Stride { get; }

    /// <summary>Pixels outside the picture on each side.</summary>
    public int Padding { get; }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return new Shape(x.N, Kernel.OutputSize(x.H, Window, Stride, Padding), Kernel.OutputSize(x.W, Window, Stride, Padding), x.C);
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new MaxPool(inputs[0], Window, Stride, Padding);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        (int kernel, int stride, int padding) = (Window, Stride, Padding);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        if (!plan.NeedsGradient(Output))
        {
            plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, s.N, s.H, s.W, s.C, kernel, stride, padding, y.Pointer, null));
            return;
        }

        // The places of the maxima are as many 32-bit integers as there are outputs.
        PlanBuffer places = plan.Temporary(y.Length);
        plan.Save(this, places);
        plan.Step(Name, [x], [y, places], () => Kernel.Forward(pool, x.Pointer, s.N, s.H, s.W, s.C, kernel, stride, padding, y.Pointer, (int*)places.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        (int kernel, int stride, int padding) = (Window, Stride, Padding);
        PlanBuffer places = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", [places, dy], [dx],
            () => Kernel.Backward(pool, dy.Pointer, (int*)places.Pointer, s.N, s.H, s.W, s.C, kernel, stride, padding, dx.Pointer, accumulate));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add(
        "MaxPool", [onnx.Of(Inputs[0])],
        new OnnxProperty("kernel_shape", [Window, Window]),
        new OnnxProperty("strides", [Stride, Stride]),
        new OnnxProperty("pads", [Padding, Padding, Padding, Padding]));
}
