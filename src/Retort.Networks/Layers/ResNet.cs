namespace Retort.Networks.Layers;

/// <summary>ResNet-18's parts (He et al. 2016), by torchvision's names.</summary>
public static class ResNet
{
    /// <summary>Channels of layer1 to layer4.</summary>
    public static IReadOnlyList<int> Channels { get; } = [64, 128, 256, 512];

    /// <summary>
    /// Adds the trunk: a 7 x 7 stem of stride 2, a 3 x 3 max pool of stride 2, and the first layers.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Pictures <c>[N, H, W, 3]</c>.</param>
    /// <param name="prefix">Before every name: <c>teacher.</c></param>
    /// <param name="levels">How many of the four layers.</param>
    /// <param name="folded">Whether batch normalisation is already folded into convolutions with a bias: a frozen teacher.</param>
    /// <param name="initializer">Gives new parameters their values.</param>
    /// <returns>The outputs of the layers: <c>[N, H/4, W/4, 64]</c>, <c>[N, H/8, W/8, 128]</c>...</returns>
    public static IReadOnlyList<Value> Trunk(Graph graph, Value x, string prefix, int levels, bool folded, Initializer? initializer = null)
    {
        var block = new BlockStyle(folded, ZeroLastGamma: true, initializer);
        Value y = graph.Relu(Normalized(graph, x, $"{prefix}conv1", $"{prefix}bn1", 64, 7, 2, block, zeroGamma: false));
        y = graph.Add(new MaxPool(y, 3, 2, 1));
        var outputs = new List<Value>();
        for (int level = 1; level <= levels; level++)
        {
            int stride = level == 1 ? 1 : 2;
            y = BasicBlock(graph, y, $"{prefix}layer{level}.0.", Channels[level - 1], stride, block);
            y = BasicBlock(graph, y, $"{prefix}layer{level}.1.", Channels[level - 1], 1, block);
            outputs.Add(y);
        }

        return outputs;
    }

    /// <summary>How blocks are made.</summary>
    /// <param name="Folded">Convolutions with a bias, no batch normalisation.</param>
    /// <param name="ZeroLastGamma">The last normalisation of each block begins at 0, so that a block begins as the identity.</param>
    /// <param name="Initializer">Gives new parameters their values.</param>
    public sealed record BlockStyle(bool Folded, bool ZeroLastGamma, Initializer? Initializer);

    /// <summary>
    /// Adds a basic block: 3 x 3 convolution, normalisation, ReLU, 3 x 3 convolution, normalisation, plus the input (through a 1 x 1
    /// convolution where the shape changes), ReLU.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name: <c>layer1.0.</c></param>
    /// <param name="channels">Output channels.</param>
    /// <param name="stride">Step of the first convolution.</param>
    /// <param name="style">How it is made.</param>
    public static Value BasicBlock(Graph graph, Value x, string prefix, int channels, int stride, BlockStyle style)
    {
        ArgumentNullException.ThrowIfNull(style);
        Value y = graph.Relu(Normalized(graph, x, $"{prefix}conv1", $"{prefix}bn1", channels, 3, stride, style, zeroGamma: false));
        y = Normalized(graph, y, $"{prefix}conv2", $"{prefix}bn2", channels, 3, 1, style, style.ZeroLastGamma);
        Value shortcut = stride == 1 && x.Shape.C == channels
            ? x
            : Normalized(graph, x, $"{prefix}downsample.0", $"{prefix}downsample.1", channels, 1, stride, style, zeroGamma: false);
        return graph.Relu(graph.Add(new Add(y, shortcut)));
    }

    private static Value Normalized(Graph graph, Value x, string convolution, string norm, int channels, int kernel, int stride, BlockStyle style, bool zeroGamma)
    {
        Value y = graph.Convolution(x, convolution, channels, kernel, stride, bias: style.Folded, initializer: style.Initializer);
        return style.Folded ? y : graph.BatchNorm(y, norm, zeroGamma);
    }
}
