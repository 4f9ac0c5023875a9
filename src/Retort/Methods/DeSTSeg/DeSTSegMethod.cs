using System.Text.Json.Nodes;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.DeSTSeg;

/// <summary>DeSTSeg: segmentation guided denoising student-teacher for anomaly detection (Zhang et al., CVPR 2023).</summary>
public sealed class DeSTSegMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "destseg";

    /// <inheritdoc/>
    public string Title => "DeSTSeg (CVPR 2023)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        // Minutes do not suffice for the second phase, whose steps cost three to four times as much: the student alone.
        "quick" => new DeSTSegOptions { Batch = 8, Segmentation = false, Steps = [200] },
        "balanced" => new DeSTSegOptions { Batch = 8, Steps = [400, 400] },
        "paper" => new DeSTSegOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json) => DeSTSegOptions.FromJson(json);

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new DeSTSegTraining((DeSTSegOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IScorer CreateScorer(MethodOptions options, IEnumerable<NamedTensor> weights, ScorerSettings settings) =>
        new DeSTSegScoring((DeSTSegOptions)options, weights, settings);
}
