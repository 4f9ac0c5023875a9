using System.Text.Json.Nodes;
using Retort.Networks;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods;

/// <summary>
/// An anomaly detection method. It knows networks, losses and maps; it knows nothing of files, datasets or the command line.
/// <see cref="MethodCatalog"/> is the one place that lists methods.
/// </summary>
internal interface IMethod
{
    /// <summary>The name on the command line and in detector files, for instance <c>destseg</c>.</summary>
    string Id { get; }

    /// <summary>The name for people, for instance <c>DeSTSeg (CVPR 2023)</c>.</summary>
    string Title { get; }

    /// <summary>The options of a preset: <c>quick</c>, <c>balanced</c> or <c>paper</c>.</summary>
    /// <exception cref="RetortException">There is no such preset.</exception>
    MethodOptions CreateOptions(string preset);

    /// <summary>Reads options from a detector file or a checkpoint.</summary>
    /// <exception cref="RetortException">A value is missing or out of range.</exception>
    MethodOptions ReadOptions(JsonObject json);

    /// <summary>Begins a training run from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors are missing or have the wrong shapes.</exception>
    ITrainingRun StartTraining(MethodOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool);

    /// <summary>Adds the trained model to a graph, for inspection and for the ONNX file.</summary>
    /// <param name="graph">The graph. Its parameters get their values when the model is there.</param>
    /// <param name="picture">The pictures, normalised: <c>[N, Size, Size, 3]</c>.</param>
    /// <param name="options">The options it was trained with.</param>
    /// <returns>The model's maps, that which decides first.</returns>
    IReadOnlyList<MapComponent> AddMaps(Graph graph, Value picture, MethodOptions options);

    /// <summary>Compiles a trained model for inspection.</summary>
    /// <param name="options">The options it was trained with.</param>
    /// <param name="weights">What <see cref="ITrainingRun.ExportWeights"/> gave; gone through once.</param>
    /// <param name="settings">How.</param>
    /// <exception cref="RetortException">A tensor is missing or has the wrong shape.</exception>
    IScorer CreateScorer(MethodOptions options, IEnumerable<NamedTensor> weights, ScorerSettings settings) => new MapScoring(this, options, weights, settings);
}

/// <summary>How a model is compiled for inspection.</summary>
/// <param name="Pool">The threads to use.</param>
/// <param name="Batch">Pictures per call.</param>
/// <param name="Memory">What memory may be spent on.</param>
internal sealed record ScorerSettings(WorkerPool Pool, int Batch = 1, MemoryPolicy Memory = MemoryPolicy.Fast);

/// <summary>Pictures of one training step, normalised with the teacher's mean and deviation.</summary>
internal sealed class TrainingBatch
{
    /// <summary>Makes an empty batch.</summary>
    public TrainingBatch(int count, int size)
    {
        Count = count;
        Size = size;
        Clean = new float[count * size * size * 3];
        Corrupted = new float[count * size * size * 3];
        Mask = new float[count * size * size];
    }

    /// <summary>How many pictures.</summary>
    public int Count { get; }

    /// <summary>Their side in pixels.</summary>
    public int Size { get; }

    /// <summary>The good pictures, <c>[Count, Size, Size, 3]</c>.</summary>
    public float[] Clean { get; }

    /// <summary>The same pictures with synthetic anomalies, <c>[Count, Size, Size, 3]</c>.</summary>
    public float[] Corrupted { get; }

    /// <summary>1 where a picture was corrupted, else 0: <c>[Count, Size, Size]</c>.</summary>
    public float[] Mask { get; }
}

/// <summary>Training in progress: parameters, optimiser state and the compiled plans.</summary>
internal interface ITrainingRun : IDisposable
{
    /// <summary>Does one step and returns its loss (NaN or infinity is for the caller to notice).</summary>
    /// <param name="phase">Index into <see cref="MethodOptions.Steps"/>.</param>
    /// <param name="step">Counted from 0 within the phase.</param>
    /// <param name="batch">The pictures.</param>
    double Step(int phase, int step, TrainingBatch batch);

    /// <summary>All that the finished detector needs, the frozen teacher included. To be used before the next step: values are read when they are asked for.</summary>
    IReadOnlyList<NamedTensor> ExportWeights();

    /// <summary>All that a resumed run needs for the same bits: parameters, running statistics and optimiser state. To be used before the next step.</summary>
    IReadOnlyList<NamedTensor> ExportState();

    /// <summary>Puts a state back; what of it belongs to the optimiser may be looked at only in the next step.</summary>
    /// <exception cref="StateMisfitException">It does not fit these options; the next step throws it too.</exception>
    void ImportState(IReadOnlyList<NamedTensor> state);
}

/// <summary>A compiled model: pictures in, anomaly maps and scores out. Not thread-safe. After the first call it allocates nothing.</summary>
internal interface IScorer : IDisposable
{
    /// <summary>Pictures per call.</summary>
    int Batch { get; }

    /// <summary>The side of the input and of the maps in pixels.</summary>
    int Size { get; }

    /// <summary>The maps it makes; the first is the one the detector decides with. DeSTSeg: <c>segmentation</c>, <c>student</c>.</summary>
    IReadOnlyList<string> Components { get; }

    /// <summary>Where the next pictures go, normalised: <c>[Batch, Size, Size, 3]</c>.</summary>
    Span<float> Input { get; }

    /// <summary>Computes what the pictures in <see cref="Input"/> give.</summary>
    /// <param name="count">How many of them count; the others are computed but mean nothing.</param>
    /// <param name="allComponents">Also compute the maps the detector does not decide with.</param>
    void Run(int count, bool allComponents);

    /// <summary>A map of the last run, <c>[Size, Size]</c>.</summary>
    ReadOnlySpan<float> Map(int component, int picture);

    /// <summary>The picture's score by a map of the last run.</summary>
    float Score(int component, int picture);

    /// <summary>The picture's score by those pixels of a map of the last run that count.</summary>
    /// <param name="component">The map.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="ignored">True where a pixel does not count, <c>[Size, Size]</c>; some do.</param>
    float Score(int component, int picture, ReadOnlySpan<bool> ignored);
}
