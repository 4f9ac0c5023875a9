using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.DeSTSeg;

/// <summary>DeSTSeg: segmentation guided denoising student-teacher for anomaly detection (Zhang et al., CVPR 2023).</summary>
internal sealed class DeSTSegMethod : IMethod
{
    /// <inheritdoc/>
    public string Id => "destseg";

    /// <inheritdoc/>
    public string Title => "DeSTSeg (CVPR 2023)";

    /// <inheritdoc/>
    public MethodOptions CreateOptions(string preset) => preset switch
    {
        // Quick and balanced: chosen by how well maps find handmade anomalies in good pictures that were held back, see docs/results.md. At full resolution
        // a step of the segmentation costs three to four times as much, and more steps at half resolution do better in the same time. After minutes the
        // segmentation still profits much from the student's map, after half an hour where it is itself empty.
        "quick" => new DeSTSegOptions { Batch = 8, Steps = [135, 130], WarmUp = 10, Decay = 0.4, SegmentationStride = 2, Decide = DecidingMap.Combined },
        "balanced" => new DeSTSegOptions { Batch = 8, Steps = [500, 1000], WarmUp = 10, Decay = 0.4, SegmentationStride = 2, Decide = DecidingMap.Sum },
        "paper" => new DeSTSegOptions(),
        _ => throw new RetortException($"--preset {preset}: there is no such preset; choose quick, balanced or paper."),
    };

    /// <inheritdoc/>
    public MethodOptions ReadOptions(JsonObject json) => DeSTSegOptions.FromJson(json);

    /// <inheritdoc/>
    public ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool) =>
        new DeSTSegTraining((DeSTSegOptions)options, teacher, batch, seed, pool);

    /// <inheritdoc/>
    public IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options) => DeSTSegScoring.AddMaps(graph, picture, (DeSTSegOptions)options);
}
