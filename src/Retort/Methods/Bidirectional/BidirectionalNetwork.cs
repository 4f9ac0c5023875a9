using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Weights;

namespace Retort.Methods.Bidirectional;

/// <summary>
/// Teacher and students as functions over a graph. Names are torchvision's behind <c>teacher.</c> and <c>forward.</c>, and those of RD4AD's release behind
/// <c>backward.</c>
/// </summary>
internal static class BidirectionalNetwork
{
    /// <summary>Prefix of the teacher's parameters: a ResNet to layer3, batch normalisation folded.</summary>
    public const string Teacher = "teacher.";

    /// <summary>Prefix of the forward student's parameters.</summary>
    public const string Forward = "forward.";

    /// <summary>Prefix of the backward student's parameters.</summary>
    public const string Backward = "backward.";

    /// <summary>Levels of features.</summary>
    public const int Levels = OneClassBottleneck.Levels;

    /// <summary>Adds the teacher: features of sizes 1/4, 1/8, 1/16.</summary>
    public static IReadOnlyList<Value> AddTeacher(Graph graph, Value picture, ResNetArchitecture backbone) =>
        ResNet.Trunk(graph, picture, Teacher, Levels, backbone, new ResNet.BlockStyle(Folded: true, ZeroLastGamma: false, null));

    /// <summary>
    /// Adds the forward student, a ResNet-18 that sees pictures: features of the teacher's shapes, by way of a 1 x 1 convolution where the teacher has more
    /// channels.
    /// </summary>
    public static IReadOnlyList<Value> AddForward(Graph graph, Value picture, ResNetArchitecture backbone, Initializer? initializer)
    {
        IReadOnlyList<Value> encoder = ResNet.Trunk(
            graph, picture, Forward, Levels, ResNetArchitecture.ResNet18, new ResNet.BlockStyle(Folded: false, ZeroLastGamma: false, initializer));
        return [.. encoder.Select((x, i) => Adapted(x, i + 1))];

        Value Adapted(Value x, int level) => x.Shape.C == backbone.Channels(level)
            ? x
            : graph.Convolution(
                x, $"{Forward}adapter{level}", backbone.Channels(level), 1, bias: true, initializer: initializer, initialization: FilterInitialization.PyTorchDefault);
    }

    /// <summary>Adds the backward student, which sees nothing but the teacher's features: RD4AD's embedding and decoder.</summary>
    public static IReadOnlyList<Value> AddBackward(Graph graph, IReadOnlyList<Value> teacher, ResNetArchitecture backbone, Initializer? initializer)
    {
        Value embedding = OneClassBottleneck.Add(graph, teacher, $"{Backward}bn.", backbone, initializer);
        return MirroredResNet.Add(graph, embedding, $"{Backward}decoder.", backbone, initializer);
    }
}
