using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.Stfpm;

/// <summary>STFPM: student-teacher feature pyramid matching for anomaly detection (Wang et al., BMVC 2021).</summary>
internal sealed class StfpmMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "stfpm";

    /// <inheritdoc/>
    public string Title => "STFPM (BMVC 2021)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        "quick" => new StfpmOptions { Batch = 8, Steps = [300] },
        "balanced" => new StfpmOptions { Batch = 8, Steps = [1000] },
        "paper" => new StfpmOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new StfpmOptions();
        options.Read(json);
        return options;
    }

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new StfpmTraining((StfpmOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => StfpmNetwork.AddMaps(graph, picture, (StfpmOptions)options);
}
