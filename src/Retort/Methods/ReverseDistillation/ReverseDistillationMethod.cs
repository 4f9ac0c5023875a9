using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.ReverseDistillation;

/// <summary>RD4AD: anomaly detection via reverse distillation from one-class embedding (Deng and Li, CVPR 2022).</summary>
internal sealed class ReverseDistillationMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "reverse-distillation";

    /// <inheritdoc/>
    public string Title => "Reverse distillation (CVPR 2022)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        "quick" => new ReverseDistillationOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [300] },
        "balanced" => new ReverseDistillationOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [600] },
        "paper" => new ReverseDistillationOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new ReverseDistillationOptions();
        options.Read(json);
        return options;
    }

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new ReverseDistillationTraining((ReverseDistillationOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => ReverseDistillationNetwork.AddMaps(graph, picture, (ReverseDistillationOptions)options);
}
