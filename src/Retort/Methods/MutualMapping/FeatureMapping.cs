using Retort.Networks;
using Retort.Networks.Layers;

namespace Retort.Methods.MutualMapping;

/// <summary>
/// Our reading of the paper's "multi-scale feature mutual mapping feature fusion": every level of the teacher's features gets the two others, brought to
/// its size and channels, in learned proportions.
/// </summary>
internal static class FeatureMapping
{
    // The softmax of 2, 0, 0 is .79, .11, .11: a level begins as mostly itself.
    private const float OwnTheta = 2;

    /// <summary>Adds the mapping.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The teacher's levels, <c>[N, H, W, C]</c>, <c>[N, H/2, W/2, 2C]</c>, <c>[N, H/4, W/4, 4C]</c>.</param>
    /// <param name="prefix">Before every name.</param>
    /// <param name="options">Residual, initial gamma and attention.</param>
    /// <param name="initializer">Gives new parameters their values: Kaiming's, fan-out.</param>
    /// <returns>Levels of the same shapes.</returns>
    public static IReadOnlyList<Value> Add(Graph graph, IReadOnlyList<Value> features, string prefix, MutualMappingOptions options, Initializer? initializer)
    {
        var mapped = new List<Value>();
        for (int to = 0; to < features.Count; to++)
        {
            Value[] levels = [.. Enumerable.Range(0, features.Count).Select(from => Map(graph, features, from, to, prefix, initializer))];
            Parameter theta = Theta(graph, $"{prefix}theta{to + 1}", features.Count, to);
            mapped.Add(Fuse(graph, graph.Add(new Mixture(levels, theta)), features[to], $"{prefix}fuse{to + 1}.", options, initializer));
        }

        return mapped;
    }

    private static Value Map(Graph graph, IReadOnlyList<Value> features, int from, int to, string prefix, Initializer? initializer)
    {
        Value x = features[from];
        string name = $"{prefix}map{from + 1}{to + 1}.";

        // To a coarser level by strided convolutions that double the channels, as the embedding's fusion has them.
        for (int level = from; level < to; level++)
        {
            string step = $"{name}{level - from}.";
            x = graph.Relu(graph.BatchNorm(graph.Convolution(x, $"{step}0", features[level + 1].Shape.C, 3, stride: 2, initializer: initializer), $"{step}1"));
        }

        if (from <= to)
        {
            return x;
        }

        // To a finer one by a convolution where there are few pixels, then bilinearly.
        Shape size = features[to].Shape;
        x = graph.BatchNorm(graph.Convolution(x, $"{name}0", size.C, 1, initializer: initializer), $"{name}1");
        return graph.Relu(graph.Add(new Resize(x, size.H, size.W)));
    }

    private static Value Fuse(Graph graph, Value mixed, Value own, string prefix, MutualMappingOptions options, Initializer? initializer)
    {
        // This weight exists before the normalisation asks for it and so keeps its value.
        string norm = $"{prefix}1";
        graph.Parameters.GetOrAdd(
            $"{norm}.weight",
            () => Parameter.Vector($"{norm}.weight", own.Shape.C),
            p => p.Data.Span.Fill(options.MappingResidual ? (float)options.MappingGamma : 1));
        Value x = graph.Relu(graph.BatchNorm(graph.Convolution(mixed, $"{prefix}0", own.Shape.C, 3, initializer: initializer), norm));
        x = MutualMappingNetwork.Attend(graph, options, initializer)?.Invoke(x, prefix) ?? x;
        return options.MappingResidual ? graph.Add(new Add(x, own)) : x;
    }

    private static Parameter Theta(Graph graph, string name, int levels, int own) =>
        graph.Parameters.GetOrAdd(name, () => Parameter.Vector(name, levels), p => p.Data.Span[own] = OwnTheta);
}
