using Retort.Networks.Plans;

namespace Retort.Networks.Onnx;

/// <summary>
/// Writes a graph as ONNX nodes, with its parameters as they are now and lowered as for an <see cref="InferencePlan"/>: batch normalisation is folded into
/// convolutions.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Adds what some outputs of a graph need.</summary>
    /// <param name="onnx">Where to.</param>
    /// <param name="inputs">The graph's inputs by name, each as <c>[N, C, H, W]</c>.</param>
    /// <param name="outputs">The outputs, all of one graph.</param>
    /// <returns>The outputs as <c>[N, C, H, W]</c>.</returns>
    /// <exception cref="KeyNotFoundException">The graph reads an input that is not among those given.</exception>
    /// <exception cref="NotSupportedException">An operation is only for training.</exception>
    public static IReadOnlyList<OnnxValue> Export(OnnxNodes onnx, IReadOnlyDictionary<string, OnnxValue> inputs, IReadOnlyList<Value> outputs)
    {
        ArgumentNullException.ThrowIfNull(onnx);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        foreach ((string name, OnnxValue value) in inputs)
        {
            onnx.Bind(name, value);
        }

        LoweredGraph graph = Lowering.Lower(outputs, _ => false);
        foreach (Operation operation in graph.Operations)
        {
            onnx.Scope = operation.Name;
            onnx.Define(operation.Output, operation.EmitOnnx(onnx));
        }

        onnx.Scope = "";
        return [.. graph.Outputs.Select(onnx.Of)];
    }
}
