using Retort.Networks.Onnx;
using Retort.Networks.Plans;
using Kernel = Retort.Numerics.Kernels.Copy;

namespace Retort.Networks;

/// <summary>A parameter as a tensor, for operations that compute with it as with any other value, and as often as they like.</summary>
public sealed unsafe class ParameterValue : Operation
{
    private readonly Shape _shape;

    /// <summary>Describes the operation.</summary>
    /// <param name="parameter">The parameter, in memory order.</param>
    /// <param name="shape">As many values.</param>
    public ParameterValue(Parameter parameter, Shape shape)
        : base([], parameter)
    {
        _shape = shape;
    }

    /// <inheritdoc/>
    protected override Shape InferShape()
    {
        return Parameters[0].Length == _shape.Length
            ? _shape
            : throw new ArgumentException($"{Parameters[0].Name} has {Parameters[0].Length} values, which do not make {_shape}.");
    }

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new ParameterValue(Parameters[0], _shape);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        Parameter parameter = Parameters[0];
        PlanBuffer from = plan.Trains(parameter) ? plan.Fixed(parameter.Data) : plan.Copy(parameter.Data);
        PlanBuffer y = plan.Of(Output);
        plan.Step(Name, [from], [y], () => Kernel.Run(pool, from.Pointer, y.Pointer, y.Length));
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
        var pool = plan.Pool;
        PlanBuffer dy = plan.GradientOf(Output);
        PlanBuffer gradient = plan.GradientOf(Parameters[0]);
        plan.Step($"{Name} gradient", [dy], [gradient], () => Kernel.Run(pool, dy.Pointer, gradient.Pointer, gradient.Length));
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx)
    {
        OnnxValue value = onnx.Numbers(Parameters[0].Name, Parameters[0].Data.Span, [_shape.N, _shape.H, _shape.W, _shape.C]);
        return onnx.Add("Transpose", [value], new OnnxProperty("perm", [0, 3, 1, 2]));
    }
}
