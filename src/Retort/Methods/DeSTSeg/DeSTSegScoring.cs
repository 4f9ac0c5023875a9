using Retort.Networks;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// Maps and scores. The segmentation's map is its probability, upsampled; the student's the product of the levels' cosine distances,
/// upsampled. The score is the mean of the largest values of a map (code: 100 of 65,536).
/// </summary>
internal sealed class DeSTSegScoring : IScorer
{
    private const string Picture = "picture";

    private readonly DeSTSegOptions _options;
    private readonly ParameterSet _parameters = new();
    private readonly WorkerPool _pool;
    private readonly Value[] _maps;
    private readonly float[] _input;
    private readonly float[] _selection;
    private InferencePlan? _deciding;
    private InferencePlan? _all;
    private InferencePlan? _last;

    /// <summary>Loads a trained model.</summary>
    /// <exception cref="RetortException">A tensor is missing or has the wrong shape.</exception>
    public DeSTSegScoring(DeSTSegOptions options, IReadOnlyList<NamedTensor> weights, int batch, WorkerPool pool)
    {
        _options = options;
        _pool = pool;
        Batch = batch;
        _input = new float[batch * options.Size * options.Size * 3];
        _selection = new float[options.Size * options.Size];
        var graph = new Graph(_parameters);
        Value picture = graph.Input(Picture, new Shape(batch, options.Size, options.Size, 3));
        IReadOnlyList<Value> teacher = DeSTSegNetwork.AddTeacher(graph, picture);
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, picture, options.EncoderDecoder, null);
        Value distance = FullSize(graph, DeSTSegNetwork.AddDistanceMap(graph, teacher, student));
        if (!options.Segmentation)
        {
            (Components, _maps) = (["student"], [distance]);
        }
        else
        {
            Value probability = graph.Add(new Sigmoid(DeSTSegNetwork.AddSegmentation(graph, teacher, student, options.SegmentationInput, null)));
            Value segmentation = FullSize(graph, probability);
            (Components, _maps) = options.DecideByStudent
                ? ((string[])["student", "segmentation"], (Value[])[distance, segmentation])
                : (["segmentation", "student"], [segmentation, distance]);
        }

        try
        {
            _parameters.Import(weights);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The weights do not fit DeSTSeg with these options: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public int Batch { get; }

    /// <inheritdoc/>
    public int Size => _options.Size;

    /// <inheritdoc/>
    public IReadOnlyList<string> Components { get; }

    /// <inheritdoc/>
    public Span<float> Input => _input;

    /// <summary>The plan of the deciding map alone, for profiles.</summary>
    internal InferencePlan DecidingPlan => _deciding ??= InferencePlan.Compile([_maps[0]], _pool);

    /// <inheritdoc/>
    public void Run(int count, bool allComponents)
    {
        _last = allComponents && _maps.Length > 1
            ? _all ??= InferencePlan.Compile(_maps, _pool)
            : DecidingPlan;
        _input.CopyTo(_last.Input(Picture));
        _last.Run();
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Map(int component, int picture)
    {
        InferencePlan plan = _last ?? throw new InvalidOperationException("There is no map before the first run.");
        return plan.Output(component).Slice(picture * Size * Size, Size * Size);
    }

    /// <inheritdoc/>
    public float Score(int component, int picture)
    {
        Map(component, picture).CopyTo(_selection);
        return LargestValues.Mean(_selection, Math.Min(_options.Top, _selection.Length));
    }

    /// <inheritdoc/>
    public void Dispose() => (_deciding, _all, _last) = (null, null, null);

    private Value FullSize(Graph graph, Value map) => graph.Add(new Resize(map, Size, Size));
}
