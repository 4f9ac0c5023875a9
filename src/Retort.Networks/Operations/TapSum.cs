using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.TapSum;

namespace Retort.Networks;

/// <summary>
/// The second half of a convolution whose input is the same at every pixel: <c>[N, 1, 1, taps * C]</c>, what each tap makes of that pixel, becomes
/// <c>[N, H, W, C]</c>. <see cref="ConstantInputs"/> puts it into plans for inspection; networks do not add it.
/// </summary>
/// <param name="x">What each tap makes of the pixel, tap after tap.</param>
/// <param name="height">Height of the output.</param>
/// <param name="width">Width of the output.</param>
/// <param name="kernel">Side of the filter, odd; the output is as large as the picture.</param>
/// <param name="dilation">Distance between taps in pixels.</param>
internal sealed unsafe class TapSum(Value x, int height, int width, int kernel, int dilation) : Operation([x])
{
    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return x is { H: 1, W: 1 } && x.C % (kernel * kernel) == 0
            ? new Shape(x.N, height, width, x.C / (kernel * kernel))
            : throw new ArgumentException($"TapSum needs [N, 1, 1, {kernel * kernel} * C], not {x}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new TapSum(inputs[0], height, width, kernel, dilation);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Output.Shape;
        (int side, int distance) = (kernel, dilation);
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Run(pool, x.Pointer, s.N, s.H, s.W, s.C, side, distance, y.Pointer));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan) => throw new NotSupportedException("TapSum is for plans that are only run.");
}
