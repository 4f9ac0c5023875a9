using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Weights;

namespace Retort.Methods.ReverseDistillation;

/// <summary>
/// Teacher, student, losses and map of reverse distillation (Deng and Li, CVPR 2022, section 3) as functions over a graph. Names are those of the
/// authors' release, whose files hold the state dicts <c>bn</c> and <c>decoder</c>.
/// </summary>
internal static class ReverseDistillationNetwork
{
    /// <summary>Prefix of the teacher's parameters: a ResNet to layer3, batch normalisation folded.</summary>
    public const string Teacher = "teacher.";

    /// <summary>Prefix of the one-class embedding's parameters.</summary>
    public const string Embedding = "bn.";

    /// <summary>Prefix of the decoder's parameters.</summary>
    public const string Decoder = "decoder.";

    /// <summary>Whether a parameter is the student's.</summary>
    public static bool IsStudents(Parameter parameter) =>
        parameter.Name.StartsWith(Embedding, StringComparison.Ordinal) || parameter.Name.StartsWith(Decoder, StringComparison.Ordinal);

    /// <summary>Adds the teacher: features of sizes 1/4, 1/8, 1/16.</summary>
    public static IReadOnlyList<Value> AddTeacher(Graph graph, Value picture, ResNetArchitecture backbone) =>
        ResNet.Trunk(graph, picture, Teacher, OneClassBottleneck.Levels, backbone, new ResNet.BlockStyle(Folded: true, ZeroLastGamma: false, null));

    /// <summary>Adds the student, which sees nothing but the teacher's features: its features, of their shapes.</summary>
    public static IReadOnlyList<Value> AddStudent(Graph graph, IReadOnlyList<Value> teacher, ResNetArchitecture backbone, Initializer? initializer)
    {
        Value embedding = OneClassBottleneck.Add(graph, teacher, Embedding, backbone, initializer);
        return MirroredResNet.Add(graph, embedding, Decoder, backbone, initializer);
    }

    /// <summary>Adds the losses, one scalar a level: the mean over pictures of one minus the cosine (release; for pixels eq. 2).</summary>
    public static IReadOnlyList<Value> AddLosses(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student, CosineOver over) =>
        [.. teacher.Zip(student, (t, s) => over == CosineOver.Picture
            ? graph.Add(new WeightedSum(graph.Add(new FlatCosineDistance(t, s)), 1f / t.Shape.N))
            : graph.Add(new WeightedSum(graph.Add(new CosineDistance(t, s)), 1f / t.Shape.Pixels)))];

    /// <summary>Adds the model with its map.</summary>
    public static IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, ReverseDistillationOptions options)
    {
        IReadOnlyList<Value> teacher = AddTeacher(graph, picture, options.Backbone);
        return [AddMap(graph, teacher, AddStudent(graph, teacher, options.Backbone, null), options)];
    }

    /// <summary>Adds the map: the sum over levels of one minus the cosine at each pixel, enlarged with the corners kept, and smoothed.</summary>
    public static MapComponent AddMap(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student, ReverseDistillationOptions options)
    {
        Value map = teacher
            .Zip(student, (t, s) => graph.Add(new Resize(graph.Add(new CosineDistance(t, s)), options.Size, options.Size, alignCorners: true)))
            .Aggregate((a, b) => graph.Add(new Add(a, b)));
        return new MapComponent("distance", options.Sigma > 0 ? graph.Add(new GaussianBlur(map, options.Sigma)) : map);
    }
}
