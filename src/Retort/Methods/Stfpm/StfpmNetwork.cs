using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Weights;

namespace Retort.Methods.Stfpm;

/// <summary>
/// Teacher, student, losses and map of STFPM (Wang et al., BMVC 2021, section 3) as functions over a graph. Names are torchvision's behind
/// <c>teacher.</c> and <c>student.</c>
/// </summary>
internal static class StfpmNetwork
{
    /// <summary>Prefix of the teacher's parameters: a ResNet to layer3, batch normalisation folded.</summary>
    public const string Teacher = "teacher.";

    /// <summary>Prefix of the student's parameters.</summary>
    public const string Student = "student.";

    private const int Levels = 3;

    /// <summary>Adds the teacher: features of sizes 1/4, 1/8, 1/16.</summary>
    public static IReadOnlyList<Value> AddTeacher(Graph graph, Value picture, ResNetArchitecture backbone) =>
        ResNet.Trunk(graph, picture, Teacher, Levels, backbone, new ResNet.BlockStyle(Folded: true, ZeroLastGamma: false, null));

    /// <summary>Adds the student, a network like the teacher that begins with torchvision's random weights.</summary>
    public static IReadOnlyList<Value> AddStudent(Graph graph, Value picture, ResNetArchitecture backbone, Initializer? initializer) =>
        ResNet.Trunk(graph, picture, Student, Levels, backbone, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer));

    /// <summary>
    /// Adds the losses, one scalar a level: half the squared distance of the normalised features, which is one minus their cosine, mean over pixels
    /// and pictures (eq. 2 to 4).
    /// </summary>
    public static IReadOnlyList<Value> AddLosses(Graph graph, IReadOnlyList<Value> teacher, IReadOnlyList<Value> student) =>
        [.. teacher.Zip(student, (t, s) => graph.Add(new WeightedSum(graph.Add(new CosineDistance(t, s)), 1f / t.Shape.Pixels)))];

    /// <summary>Adds the model with its map: the product over levels of the same distances, each enlarged to the size of the input.</summary>
    public static IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, StfpmOptions options)
    {
        IReadOnlyList<Value> student = AddStudent(graph, picture, options.Backbone, null);
        Value map = AddTeacher(graph, picture, options.Backbone)
            .Zip(student, (t, s) => graph.Add(new Resize(graph.Add(new CosineDistance(t, s)), options.Size, options.Size)))
            .Aggregate((a, b) => graph.Add(new Multiply(a, b)));
        return [new MapComponent("distance", options.Sigma > 0 ? graph.Add(new GaussianBlur(map, options.Sigma)) : map)];
    }
}
