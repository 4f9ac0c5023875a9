using Retort.Networks.Onnx;
using Retort.Networks.Plans;

namespace Retort.Networks;

/// <summary>
/// A node of a graph. Each kind is one file in <c>Operations/</c>: its shape rule, its forward steps, its gradient steps and its ONNX nodes.
/// Operations are immutable descriptions; all memory belongs to the plans that compile them.
/// </summary>
public abstract class Operation
{
    private Value? _output;

    /// <summary>Names the operation's inputs and parameters.</summary>
    protected Operation(IReadOnlyList<Value> inputs, params IReadOnlyList<Parameter> parameters)
    {
        Inputs = inputs;
        Parameters = parameters;
    }

    /// <summary>What it reads.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What it makes.</summary>
    /// <exception cref="InvalidOperationException">The operation is not in a graph.</exception>
    public Value Output => _output ?? throw new InvalidOperationException($"{Name} is not part of a graph; add it with Graph.Add.");

    /// <summary>What a profile calls it.</summary>
    public virtual string Name => Parameters.Count > 0 ? $"{GetType().Name} {Parameters[0].Name}" : GetType().Name;

    internal void Bind() => _output = new Value(this, InferShape());

    /// <summary>The shape rule.</summary>
    /// <exception cref="ArgumentException">The inputs do not fit together.</exception>
    protected abstract Shape InferShape();

    /// <summary>The same operation on other inputs, for graphs that are rewritten.</summary>
    public abstract Operation WithInputs(IReadOnlyList<Value> inputs);

    /// <summary>Emits the steps that compute <see cref="Output"/>.</summary>
    public abstract void EmitForward(PlanBuilder plan);

    /// <summary>
    /// Emits the steps that turn the gradient of <see cref="Output"/> into those of the inputs that need one and of the trainable parameters.
    /// </summary>
    public abstract void EmitBackward(PlanBuilder plan);

    /// <summary>Emits the ONNX nodes that compute <see cref="Output"/>, as <c>[N, C, H, W]</c>.</summary>
    /// <exception cref="NotSupportedException">The operation is only for training: it sums over the batch.</exception>
    public virtual OnnxValue EmitOnnx(OnnxNodes onnx) => throw new NotSupportedException($"{Name} has no ONNX node: no model that is only run has it.");
}
