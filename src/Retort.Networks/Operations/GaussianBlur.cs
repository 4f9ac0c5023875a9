using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.GaussianBlur;

namespace Retort.Networks;

/// <summary>Gaussian smoothing as SciPy's <c>gaussian_filter</c> does it, the edges mirrored and the filter cut off at four standard deviations. For maps: it has no gradient.</summary>
public sealed unsafe class GaussianBlur : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">What to smooth, each channel by itself.</param>
    /// <param name="sigma">Standard deviation in pixels, positive; reverse distillation has 4.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is not positive.</exception>
    public GaussianBlur(Value x, double sigma = 4)
        : base([x])
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        Sigma = sigma;
    }

    /// <summary>Standard deviation in pixels.</summary>
    public double Sigma { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new GaussianBlur(inputs[0], Sigma);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Output.Shape;
        int radius = Kernel.Radius(Sigma);
        float[] values = Kernel.Weights(Sigma);
        PlanBuffer weights = plan.Persistent(values.Length);
        values.CopyTo(new Span<float>(weights.Pointer, weights.Length));
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        PlanBuffer scratch = plan.Temporary(Kernel.ScratchLength(pool.Threads, s.W, s.C, radius));
        plan.Step(Name, [x], [y, scratch], () => Kernel.Forward(pool, x.Pointer, s.N, s.H, s.W, s.C, weights.Pointer, radius, y.Pointer, scratch.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan) => throw new NotSupportedException($"{Name} has no gradient.");

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        // Beside the mirrored pixels that are gathered first, each pass is a convolution of every channel by itself.
        (Shape s, int radius) = (Output.Shape, Kernel.Radius(Sigma));
        float[] half = Kernel.Weights(Sigma);
        float[] line = [.. half[1..].Reverse(), .. half];
        float[] lines = [.. Enumerable.Repeat(line, s.C).SelectMany(l => l)];
        OnnxValue Extended(OnnxValue x, int axis, int length) => onnx.Add(
            "Gather", [x, onnx.Whole([.. Enumerable.Range(-radius, length + (2 * radius)).Select(i => (long)Kernel.Mirror(i, length))])], new OnnxProperty("axis", axis));
        OnnxValue Smooth(OnnxValue x, int height, int width) => onnx.Add(
            "Conv", [x, onnx.Numbers("weights", lines, [s.C, 1, height, width])], new OnnxProperty("group", s.C));
        OnnxValue rows = Smooth(Extended(onnx.Of(Inputs[0]), 2, s.H), line.Length, 1);
        return Smooth(Extended(rows, 3, s.W), 1, line.Length);
    }
}
