using Retort.Methods.ReverseDistillation;
using Retort.Networks;
using Retort.Networks.Layers;

namespace Retort.Methods.MutualMapping;

/// <summary>The student of mutual mapping reverse distillation: that of reverse distillation with the parts that are switched on, each in its place.</summary>
internal static class MutualMappingNetwork
{
    private const string Mapping = "mapping.";

    private const string Memory = "memory.";

    /// <summary>The name of the memory's slots.</summary>
    public const string Slots = $"{Memory}slots";

    /// <summary>Whether a parameter is the student's.</summary>
    public static bool IsStudents(Parameter parameter) =>
        ReverseDistillationNetwork.IsStudents(parameter)
        || parameter.Name.StartsWith(Mapping, StringComparison.Ordinal)
        || parameter.Name.StartsWith(Memory, StringComparison.Ordinal);

    /// <summary>Adds what comes before the memory: the embedding of the teacher's features, <c>[N, H/8, W/8, 8C]</c> for a first level of <c>[N, H, W, C]</c>.</summary>
    public static Value AddEmbedding(Graph graph, IReadOnlyList<Value> teacher, MutualMappingOptions options, Initializer? initializer)
    {
        IReadOnlyList<Value> seen = options.Mapping ? FeatureMapping.Add(graph, teacher, Mapping, options, initializer) : teacher;
        return OneClassBottleneck.Add(graph, seen, ReverseDistillationNetwork.Embedding, options.Backbone, initializer, Attend(graph, options, initializer));
    }

    /// <summary>Adds the reading of the memory.</summary>
    public static MemoryReading AddMemory(Graph graph, Value embedding, MutualMappingOptions options, Initializer? initializer) =>
        MemoryReading.Add(graph, embedding, Memory, options, initializer);

    /// <summary>Adds what comes behind the memory: features of the teacher's shapes.</summary>
    public static IReadOnlyList<Value> AddDecoder(Graph graph, Value embedding, MutualMappingOptions options, Initializer? initializer) =>
        MirroredResNet.Add(graph, embedding, ReverseDistillationNetwork.Decoder, options.Backbone, initializer, Attend(graph, options, initializer));

    /// <summary>Adds the trained model with its map, which is reverse distillation's.</summary>
    public static IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MutualMappingOptions options)
    {
        IReadOnlyList<Value> teacher = ReverseDistillationNetwork.AddTeacher(graph, picture, options.Backbone);
        Value embedding = AddEmbedding(graph, teacher, options, null);
        embedding = options.Memory ? AddMemory(graph, embedding, options, null).DecoderInput : embedding;
        return [ReverseDistillationNetwork.AddMap(graph, teacher, AddDecoder(graph, embedding, options, null), options)];
    }

    /// <summary>What coordinate attention does to features, given the prefix of the layer that made them; null if it is switched off.</summary>
    public static Func<Value, string, Value>? Attend(Graph graph, MutualMappingOptions options, Initializer? initializer) =>
        options.CoordinateAttention ? (x, prefix) => CoordinateAttention.Add(graph, x, $"{prefix}attention.", initializer) : null;
}
