using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.MutualMapping;

/// <summary>Reverse distillation with mutual mapping of features, coordinate attention and a memory (Tong, Li and Song, IEEE Transactions on Big Data 2024), as we reconstruct it.</summary>
internal sealed class MutualMappingMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "mutual-mapping";

    /// <inheritdoc/>
    public string Title => "Mutual mapping reverse distillation (IEEE TBD 2024, reconstructed)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        "quick" => new MutualMappingOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [60, 240] },
        "balanced" => new MutualMappingOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [100, 500] },
        "paper" => new MutualMappingOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new MutualMappingOptions();
        options.Read(json);
        return options;
    }

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new MutualMappingTraining((MutualMappingOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => MutualMappingNetwork.AddMaps(graph, picture, (MutualMappingOptions)options);
}
