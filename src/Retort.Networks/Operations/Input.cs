using Retort.Networks.Onnx;
using Retort.Networks.Plans;

namespace Retort.Networks;

/// <summary>A tensor that comes from outside.</summary>
public sealed class Input : Operation
{
    private readonly Shape _shape;

    /// <summary>Describes the input.</summary>
    public Input(string name, Shape shape)
        : base([])
    {
        Name = name;
        _shape = shape;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    protected override Shape InferShape() => _shape;

    /// <inheritdoc/>
    public override Operation WithInputs(IReadOnlyList<Value> inputs) => new Input(Name, _shape);

    /// <inheritdoc/>
    public override void EmitForward(PlanBuilder plan)
    {
    }

    /// <inheritdoc/>
    public override void EmitBackward(PlanBuilder plan)
    {
    }

    /// <inheritdoc/>
    public override OnnxValue EmitOnnx(OnnxNodes onnx) => onnx.Input(Name);
}
