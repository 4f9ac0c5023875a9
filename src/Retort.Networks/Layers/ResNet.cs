using Retort.Networks.Weights;

namespace Retort.Networks.Layers;

/// <summary>The parts of ResNets (He et al. 2016), by torchvision's names.</summary>
public static class ResNet
{
    /// <summary>Channels of ResNet-18's layer1 to layer4.</summary>
    public static IReadOnlyList<int> Channels { get; } = [64, 128, 256, 512];

    /// <summary>Adds the trunk of a ResNet-18 whose blocks begin as the identity, as timm's do; see the other overload.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Pictures <c>[N, H, W, 3]</c>.</param>
    /// <param name="prefix">Before every name: <c>teacher.</c></param>
    /// <param name="levels">How many of the four layers.</param>
    /// <param name="folded">Whether batch normalisation is already folded into convolutions with a bias: a frozen teacher.</param>
    /// <param name="initializer">Gives new parameters their values.</param>
    public static IReadOnlyList<Value> Trunk(Graph graph, Value x, string prefix, int levels, bool folded, Initializer? initializer = null) =>
        Trunk(graph, x, prefix, levels, ResNetArchitecture.ResNet18, new BlockStyle(folded, ZeroLastGamma: true, initializer));

    /// <summary>
    /// Adds the trunk: a 7 x 7 stem of stride 2, a 3 x 3 max pool of stride 2, and the first layers.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Pictures <c>[N, H, W, 3]</c>.</param>
    /// <param name="prefix">Before every name: <c>teacher.</c></param>
    /// <param name="levels">How many of the four layers.</param>
    /// <param name="architecture">Which ResNet.</param>
    /// <param name="style">How it is made.</param>
    /// <returns>The outputs of the layers, for ResNet-18 <c>[N, H/4, W/4, 64]</c>, <c>[N, H/8, W/8, 128]</c>...</returns>
    public static IReadOnlyList<Value> Trunk(Graph graph, Value x, string prefix, int levels, ResNetArchitecture architecture, BlockStyle style)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(architecture);
        Value y = graph.Relu(Normalized(graph, x, $"{prefix}conv1", $"{prefix}bn1", 64, 7, 2, style, zeroGamma: false));
        y = graph.Add(new MaxPool(y, 3, 2, 1));
        var outputs = new List<Value>();
        for (int level = 1; level <= levels; level++)
        {
            y = Layer(graph, y, $"{prefix}layer{level}.", architecture, level, architecture.Blocks[level - 1], level == 1 ? 1 : 2, style);
            outputs.Add(y);
        }

        return outputs;
    }

    /// <summary>Adds a layer: blocks one after the other, of which the first has the stride.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name: <c>layer1.</c></param>
    /// <param name="architecture">Kind and width of the blocks.</param>
    /// <param name="level">Which layer's channels they have: 1 to 4.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="stride">Step of the first block.</param>
    /// <param name="style">How they are made.</param>
    public static Value Layer(Graph graph, Value x, string prefix, ResNetArchitecture architecture, int level, int blocks, int stride, BlockStyle style)
    {
        for (int block = 0; block < blocks; block++)
        {
            x = Block(graph, x, $"{prefix}{block}.", architecture, level, block == 0 ? stride : 1, style);
        }

        return x;
    }

    /// <summary>Adds a block of the kind and width of an architecture's layer: <see cref="BasicBlock"/> or <see cref="Bottleneck"/>.</summary>
    public static Value Block(Graph graph, Value x, string prefix, ResNetArchitecture architecture, int level, int stride, BlockStyle style)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        int channels = architecture.Channels(level);
        return architecture.IsBottleneck
            ? Bottleneck(graph, x, prefix, architecture.InnerChannels(level), channels, stride, style)
            : BasicBlock(graph, x, prefix, channels, stride, style);
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
        return AddShortcut(graph, y, x, prefix, stride, style);
    }

    /// <summary>
    /// Adds a bottleneck: 1 x 1, 3 x 3 and 1 x 1 convolutions, each with normalisation, the first two with ReLU, plus the input (through a
    /// 1 x 1 convolution where the shape changes), ReLU. The stride is the 3 x 3 convolution's, as in torchvision.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="prefix">Before every name: <c>layer1.0.</c></param>
    /// <param name="inner">Channels of the 3 x 3 convolution.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="stride">Step of the 3 x 3 convolution.</param>
    /// <param name="style">How it is made.</param>
    public static Value Bottleneck(Graph graph, Value x, string prefix, int inner, int channels, int stride, BlockStyle style)
    {
        ArgumentNullException.ThrowIfNull(style);
        Value y = graph.Relu(Normalized(graph, x, $"{prefix}conv1", $"{prefix}bn1", inner, 1, 1, style, zeroGamma: false));
        y = graph.Relu(Normalized(graph, y, $"{prefix}conv2", $"{prefix}bn2", inner, 3, stride, style, zeroGamma: false));
        y = Normalized(graph, y, $"{prefix}conv3", $"{prefix}bn3", channels, 1, 1, style, style.ZeroLastGamma);
        return AddShortcut(graph, y, x, prefix, stride, style);
    }

    /// <summary>Adds a convolution with its normalisation, or, where that is folded, with a bias.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="convolution">The convolution's name.</param>
    /// <param name="norm">The normalisation's.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="kernel">Side of the filter.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="style">How it is made.</param>
    /// <param name="zeroGamma">Whether the normalisation's weight begins at 0.</param>
    public static Value Normalized(Graph graph, Value x, string convolution, string norm, int channels, int kernel, int stride, BlockStyle style, bool zeroGamma)
    {
        ArgumentNullException.ThrowIfNull(style);
        Value y = graph.Convolution(x, convolution, channels, kernel, stride, bias: style.Folded, initializer: style.Initializer);
        return style.Folded ? y : graph.BatchNorm(y, norm, zeroGamma);
    }

    private static Value AddShortcut(Graph graph, Value y, Value x, string prefix, int stride, BlockStyle style)
    {
        Value shortcut = stride == 1 && x.Shape.C == y.Shape.C
            ? x
            : Normalized(graph, x, $"{prefix}downsample.0", $"{prefix}downsample.1", y.Shape.C, 1, stride, style, zeroGamma: false);
        return graph.Relu(graph.Add(new Add(y, shortcut)));
    }
}
