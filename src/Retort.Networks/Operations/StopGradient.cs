using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Copy;

namespace Retort.Networks;

/// <summary>The same values, which count as constants: what they were made from gets no gradient through them.</summary>
public sealed unsafe class StopGradient : Operation
{
    /// <summary>Describes the operation.</summary>
    public StopGradient(Value x)
        : base([x])
    {
    }

    /// <inheritdoc/>
    protected override Shape InferShape() => Inputs[0].Shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new StopGradient(inputs[0]);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer x = plan.Of(Inputs[0]);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [x], [y], () => Kernel.Run(pool, x.Pointer, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Of(Inputs[0]);
}
