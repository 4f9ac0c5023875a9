namespace Retort.Networks.Layers;

/// <summary>Coordinate attention (Hou, Zhou and Feng, CVPR 2021), by the names of its authors' release (<c>CoordAtt</c>).</summary>
public static class CoordinateAttention
{
    private const int Reduction = 32;
    private const int LeastChannels = 8;

    /// <summary>
    /// Adds the module: the means of all rows and of all columns pass one 1 x 1 convolution to a thirty-second of the channels, normalisation and hard
    /// swish together, and one more each; their sigmoids are factors of the rows and columns of the input.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="initializer">Gives new parameters their values (PyTorch's default ones).</param>
    /// <returns><c>[N, H, W, C]</c>.</returns>
    public static Value Add(Graph graph, Value x, string prefix, Initializer? initializer)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(x);
        Value Pointwise(Value v, string name, int channels) => graph.Convolution(
            v, prefix + name, channels, 1, bias: true, initializer: initializer, initialization: FilterInitialization.PyTorchDefault);
        (int height, int width, int channels) = (x.Shape.H, x.Shape.W, x.Shape.C);
        Value means = Pointwise(graph.Add(new AxisMeans(x)), "conv1", Math.Max(LeastChannels, channels / Reduction));
        means = graph.Add(new HardSwish(graph.BatchNorm(means, $"{prefix}bn1")));
        Value rows = Pointwise(graph.Add(new SplitRows(means, 0, height)), "conv_h", channels);
        Value columns = Pointwise(graph.Add(new SplitRows(means, height, width)), "conv_w", channels);
        return graph.Add(new AxisScale(x, graph.Add(new Sigmoid(rows)), graph.Add(new Sigmoid(columns))));
    }
}
