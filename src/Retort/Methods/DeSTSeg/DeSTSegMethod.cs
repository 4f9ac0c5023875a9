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
        "quick" => new DeSTSegOptions { Batch = 8, Steps = [120, 60], DecideByStudent = true },
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
    public IScorer CreateScorer(MethodOptions options, IReadOnlyList<NamedTensor> weights, int batch, WorkerPool pool) =>
        new DeSTSegScoring((DeSTSegOptions)options, weights, batch, pool);
}
