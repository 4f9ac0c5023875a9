using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Power;

namespace Retort.Networks;

/// <summary>y = max(x, 0)^exponent. For maps: it has no gradient.</summary>
public sealed unsafe class Power : Operation
{
    /// <summary>Describes the operation.</summary>
    /// <param name="x">What to raise.</param>
    /// <param name="exponent">Positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exponent"/> is not positive.</exception>
    public Power(Value x, float exponent)
        : base([x])
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponent);
        Exponent = exponent;
    }

    /// <summary>The exponent.</summary>
    public float Exponent { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Power(inputs[0], Exponent);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        float exponent = Exponent;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Forward(pool, x.Pointer, exponent, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan) => throw new NotSupportedException($"{Name} has no gradient.");

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Add("Pow", [onnx.Add("Relu", [onnx.Of(Inputs[0])]), onnx.Number(Exponent)]);
}
