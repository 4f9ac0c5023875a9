using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>
/// The two networks of a distillation and what tells them apart, as functions over a graph. Both see the same crops; the small one is the trunk of a ResNet-18
/// to layer3 by torchvision's names. Where the big one has other channels, a 1 x 1 convolution, which is learned and then thrown away, maps to them.
/// </summary>
internal static class DistillationNetwork
{
    /// <summary>Prefix of the big network's parameters: batch normalisation folded.</summary>
    public const string Teacher = "teacher.";

    /// <summary>Prefix of the small network's parameters.</summary>
    public const string Student = "student.";

    /// <summary>Prefix of the mapping to the big network's channels.</summary>
    public const string Projection = "projection.";

    /// <summary>The levels that are compared: layer1 to layer3.</summary>
    public const int Levels = 3;

    /// <summary>Adds both networks and their distances.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="crops">Crops <c>[N, H, W, 3]</c>.</param>
    /// <param name="architecture">The big network.</param>
    /// <param name="initializer">Gives the small one its initial values.</param>
    public static DistillationDistances AddDistances(Graph graph, Value crops, ResNetArchitecture architecture, Initializer? initializer)
    {
        IReadOnlyList<Value> teacher = ResNet.Trunk(graph, crops, Teacher, Levels, architecture, new ResNet.BlockStyle(Folded: true, ZeroLastGamma: false, null));
        IReadOnlyList<Value> student = ResNet.Trunk(
            graph, crops, Student, Levels, ResNetArchitecture.ResNet18, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: true, initializer));
        Value[] mapped = [.. student];
        for (int level = 0; level < Levels; level++)
        {
            int channels = teacher[level].Shape.C;
            if (mapped[level].Shape.C != channels)
            {
                mapped[level] = graph.Convolution(mapped[level], $"{Projection}layer{level + 1}", channels, kernel: 1, bias: true, initializer: initializer);
            }
        }

        return new DistillationDistances(
            [.. mapped.Zip(teacher, (s, t) => graph.Add(new WeightedSum(graph.Add(new CosineDistance(s, t)), 1f / t.Shape.Pixels)))],
            [.. mapped.Zip(teacher, (s, t) => graph.Add(new RelativeSquaredError(s, t)))]);
    }
}

/// <summary>How far the small network's features are from the big one's: scalars, one a level, whose sum is the loss.</summary>
/// <param name="Cosine">One minus the cosine of the features, mean over positions and crops.</param>
/// <param name="Squared">The squared error relative to the mean square of the big network's features.</param>
internal sealed record DistillationDistances(IReadOnlyList<Value> Cosine, IReadOnlyList<Value> Squared)
{
    /// <summary>All of them: cosine distances by level, then squared errors by level.</summary>
    public IReadOnlyList<Value> All => [.. Cosine, .. Squared];
}
