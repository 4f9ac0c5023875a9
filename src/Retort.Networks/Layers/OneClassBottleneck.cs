using Retort.Networks.Weights;

namespace Retort.Networks.Layers;

/// <summary>
/// The one-class bottleneck embedding of reverse distillation (Deng and Li, CVPR 2022, section 3.3): three levels of a teacher's features become
/// one small map, too small to carry an anomaly. Names are those of the authors' release (its <c>BN_layer</c>).
/// </summary>
public static class OneClassBottleneck
{
    /// <summary>Levels of features it joins.</summary>
    public const int Levels = 3;

    /// <summary>
    /// Adds the multi-scale fusion, in which strided 3 x 3 convolutions bring the first two levels to the size and the channels of the third and all
    /// are put side by side, and the embedding, blocks like those of the teacher's layer4.
    /// </summary>
    /// <remarks>
    /// The release also declares a convolution <c>conv4</c> with <c>bn4</c> and does not use them: they are not here. It has two blocks for networks of
    /// basic blocks and three for bottlenecks: so has layer4 of ResNet-18, -50 and Wide ResNet-50-2, but not of ResNet-34.
    /// </remarks>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The teacher's layer1 to layer3, <c>[N, H, W, C]</c>, <c>[N, H/2, W/2, 2C]</c>, <c>[N, H/4, W/4, 4C]</c>.</param>
    /// <param name="prefix">Before every name: <c>bn.</c></param>
    /// <param name="architecture">The teacher's.</param>
    /// <param name="initializer">Gives new parameters their values: Kaiming's, fan-out.</param>
    /// <param name="refine">What is done to the levels put side by side, <c>[N, H/4, W/4, 12C]</c>, given the prefix; nothing in the release.</param>
    /// <returns><c>[N, H/8, W/8, 8C]</c>.</returns>
    public static Value Add(
        Graph graph, IReadOnlyList<Value> features, string prefix, ResNetArchitecture architecture, Initializer? initializer, Func<Value, string, Value>? refine = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(architecture);
        var style = new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer);
        Value Smaller(Value x, int number) => graph.Relu(
            ResNet.Normalized(graph, x, $"{prefix}conv{number}", $"{prefix}bn{number}", 2 * x.Shape.C, 3, 2, style, zeroGamma: false));
        Value first = Smaller(Smaller(features[0], 1), 2);
        Value joined = graph.Add(new Concat([first, Smaller(features[1], 3), features[2]]));
        joined = refine == null ? joined : refine(joined, prefix);
        return ResNet.Layer(graph, joined, $"{prefix}bn_layer.", architecture, Levels + 1, architecture.IsBottleneck ? 3 : 2, 2, style);
    }
}
