using Retort.Networks;
using Retort.Networks.Weights;

namespace Retort.Methods;

/// <summary>A map of a model by its name: <c>[N, Size, Size, 1]</c>.</summary>
/// <param name="Component">What <c>evaluate</c> calls it.</param>
/// <param name="Map">The value that holds it.</param>
public sealed record MapComponent(string Component, Value Map)
{
    /// <summary>The name of the graph's input, <c>[N, Size, Size, 3]</c>.</summary>
    internal const string Picture = "picture";

    /// <summary>Loads a trained model into a graph of its own.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="options">The options it was trained with.</param>
    /// <param name="weights">Its weights, gone through once.</param>
    /// <param name="batch">Pictures.</param>
    /// <returns>Its maps, that which decides first.</returns>
    /// <exception cref="RetortException">A tensor is missing or has the wrong shape.</exception>
    internal static IReadOnlyList<MapComponent> Load(IMethod method, MethodOptions options, IEnumerable<NamedTensor> weights, int batch)
    {
        var graph = new Graph(new ParameterSet());
        IReadOnlyList<MapComponent> maps = method.AddMaps(graph, graph.Input(Picture, new Shape(batch, options.Size, options.Size, 3)), options);
        try
        {
            graph.Parameters.Import(weights);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The weights do not fit {options.MethodName} with these options: {e.Message}", e);
        }

        return maps;
    }
}
