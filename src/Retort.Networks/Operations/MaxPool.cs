using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.MaxPool;

namespace Retort.Networks;

/// <summary>The largest value of each window; outside the picture counts as minus infinity, and the first of equal values wins, as in PyTorch.</summary>
public sealed unsafe class MaxPool : Operation
{
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _padding;

    /// <summary>Describes the operation.</summary>
    public MaxPool(Value x, int kernel, int stride, int padding)
        : base([x])
    {
        (_kernel, _stride, _padding) = (kernel, stride, padding);
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        Shape x = Inputs[0].Shape;
        return new Shape(x.N, ((x.H + (2 * _padding) - _kernel) / _stride) + 1, ((x.W + (2 * _padding) - _kernel) / _stride) + 1, x.C);
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new MaxPool(inputs[0], _kernel, _stride, _padding);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Shape s = Inputs[0].Shape;
        (int kernel, int stride, int padding) = (_kernel, _stride, _padding);
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
        (int kernel, int stride, int padding) = (_kernel, _stride, _padding);
        PlanBuffer places = plan.Saved(this)[0];
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer dx = plan.ContributeTo(Inputs[0], out bool accumulate);
        plan.Step(
            $"{Name} gradient", [places, dy], [dx],
            () => Kernel.Backward(pool, dy.Pointer, (int*)places.Pointer, s.N, s.H, s.W, s.C, kernel, stride, padding, dx.Pointer, accumulate));
    }
}
