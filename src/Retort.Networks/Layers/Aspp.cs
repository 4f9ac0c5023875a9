namespace Retort.Networks.Layers;

/// <summary>Atrous spatial pyramid pooling (Chen et al. 2017) as DeSTSeg has it: without the plain 1 x 1 branch.</summary>
public static class Aspp
{
    /// <summary>
    /// Adds the module: the global mean through a 1 x 1 convolution, spread over the picture, beside dilated 3 x 3 convolutions, joined by a
    /// 3 x 3 convolution; each with normalisation and ReLU.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="channels">Channels of each branch and of the output.</param>
    /// <param name="rates">Dilations in pixels.</param>
    /// <param name="initializer">Gives new parameters their values (PyTorch's default ones).</param>
    public static Value Add(Graph graph, Value x, string prefix, int channels, IReadOnlyList<int> rates, Initializer? initializer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rates);
        Value mean = graph.Add(new GlobalAveragePool(x));
        mean = Unit(graph, mean, $"{prefix}pool", channels, 1, 1, initializer);
        var branches = new List<Value> { graph.Add(new Resize(mean, x.Shape.H, x.Shape.W)) };
        for (int i = 0; i < rates.Count; i++)
        {
            branches.Add(Unit(graph, x, $"{prefix}branches.{i}", channels, 3, rates[i], initializer));
        }

        return Unit(graph, graph.Add(new Concat(branches)), $"{prefix}fuse", channels, 3, 1, initializer);
    }

    /// <summary>Adds convolution, normalisation and ReLU: <c>name.0</c>, <c>name.1</c>.</summary>
    public static Value Unit(Graph graph, Value x, string name, int channels, int kernel, int dilation, Initializer? initializer)
    {
        Value y = graph.Convolution(
            x, $"{name}.0", channels, kernel, dilation: dilation, initializer: initializer, initialization: FilterInitialization.PyTorchDefault);
        return graph.Relu(graph.BatchNorm(y, $"{name}.1"));
    }
}
