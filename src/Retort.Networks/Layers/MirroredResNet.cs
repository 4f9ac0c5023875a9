using Retort.Networks.Weights;

namespace Retort.Networks.Layers;

/// <summary>
/// The decoder of reverse distillation (Deng and Li, CVPR 2022, section 3.2): a ResNet whose layers run backwards, from few pixels to many. Names are
/// those of the authors' release (its <c>de_resnet</c>): layer1 gives the features of the teacher's layer3, layer3 those of layer1.
/// </summary>
public static class MirroredResNet
{
    /// <summary>Adds the decoder.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The embedding <c>[N, H/8, W/8, 8C]</c>, see <see cref="OneClassBottleneck"/>.</param>
    /// <param name="prefix">Before every name: <c>decoder.</c></param>
    /// <param name="architecture">The teacher's.</param>
    /// <param name="initializer">Gives new parameters their values: Kaiming's, fan-out; PyTorch's default to transposed convolutions.</param>
    /// <param name="refine">What is done to the output of each layer before it is given out and passed on, given the layer's prefix; nothing in the release.</param>
    /// <returns>Features in the teacher's order: <c>[N, H, W, C]</c>, <c>[N, H/2, W/2, 2C]</c>, <c>[N, H/4, W/4, 4C]</c>.</returns>
    public static IReadOnlyList<Value> Add(
        Graph graph, Value x, string prefix, ResNetArchitecture architecture, Initializer? initializer, Func<Value, string, Value>? refine = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer);
        var features = new Value[OneClassBottleneck.Levels];
        for (int level = features.Length; level >= 1; level--)
        {
            // As many blocks as the layer of that number of the network that is mirrored: 3, 4, 6 from the smallest map on.
            int layer = features.Length + 1 - level;
            string name = $"{prefix}layer{layer}.";
            x = FirstBlock(graph, x, $"{name}0.", architecture, level, style);
            for (int block = 1; block < architecture.Blocks[layer - 1]; block++)
            {
                x = ResNet.Block(graph, x, $"{name}{block}.", architecture, level, 1, style);
            }

            x = refine == null ? x : refine(x, name);
            features[level - 1] = x;
        }

        return features;
    }

    // The block of a ResNet with a 2 x 2 transposed convolution for its first 3 x 3 one, and for that of its shortcut.
    private static Value FirstBlock(Graph graph, Value x, string prefix, ResNetArchitecture architecture, int level, ResNet.BlockStyle style)
    {
        int channels = architecture.Channels(level);
        Value Twice(Value v, string convolution, string norm, int outputs) =>
            graph.BatchNorm(graph.TransposedConvolution(v, prefix + convolution, outputs, 2, style.Initializer), prefix + norm);
        Value Normalized(Value v, int number, int outputs, int kernel) =>
            ResNet.Normalized(graph, v, $"{prefix}conv{number}", $"{prefix}bn{number}", outputs, kernel, 1, style, zeroGamma: false);
        Value y;
        if (architecture.IsBottleneck)
        {
            int inner = architecture.InnerChannels(level);
            y = graph.Relu(Normalized(x, 1, inner, 1));
            y = graph.Relu(Twice(y, "conv2", "bn2", inner));
            y = Normalized(y, 3, channels, 1);
        }
        else
        {
            y = graph.Relu(Twice(x, "conv1", "bn1", channels));
            y = Normalized(y, 2, channels, 3);
        }

        return graph.Relu(graph.Add(new Add(y, Twice(x, "upsample.0", "upsample.1", channels))));
    }
}
