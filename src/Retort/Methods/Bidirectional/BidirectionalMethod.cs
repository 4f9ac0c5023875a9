using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.Bidirectional;

/// <summary>
/// Bidirectional knowledge distillation (Wang, Wang, Pan and Wang, Neural Computing and Applications 36, 2024). Only its abstract is public: this is our
/// reconstruction, see the README beside this file.
/// </summary>
internal sealed class BidirectionalMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "bidirectional";

    /// <inheritdoc/>
    public string Title => "Bidirectional distillation (2024, reconstructed)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        // A short training wants a higher rate for the student that begins with random weights, and steadies it at the end; README, "How the rate was chosen".
        "quick" => new BidirectionalOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [300], ForwardRate = 0.02, Decay = 0.4 },
        "balanced" => new BidirectionalOptions { Backbone = ResNetArchitecture.ResNet18, Batch = 8, Steps = [600], ForwardRate = 0.02, Decay = 0.4 },
        "paper" => new BidirectionalOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json)
    {
        var options = new BidirectionalOptions();
        options.Read(json);
        return options;
    }

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new BidirectionalTraining((BidirectionalOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => BidirectionalScoring.AddMaps(graph, picture, (BidirectionalOptions)options);
}
