using Retort.Networks;
using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// Maps and scores. The segmentation's map is its probability, upsampled; the student's the product of the levels' cosine distances,
/// upsampled. The score is the mean of the largest values of a map (code: 100 of 65,536).
/// </summary>
internal sealed class DeSTSegScoring : IScorer
{
    private const string Picture = "picture";

    private readonly DeSTSegOptions _options;
    private readonly float[] _input;
    private readonly float[] _selection;
    private bool _hasRun;

    /// <summary>Loads a trained model.</summary>
    /// <exception cref="RetortException">A tensor is missing or has the wrong shape.</exception>
    public DeSTSegScoring(DeSTSegOptions options, IEnumerable<NamedTensor> weights, ScorerSettings settings)
    {
        _options = options;
        Batch = settings.Batch;
        _input = new float[Batch * options.Size * options.Size * 3];
        _selection = new float[options.Size * options.Size];
        var parameters = new ParameterSet();
        IReadOnlyList<(string Component, Value Map)> maps = Maps(new Graph(parameters));
        Components = [.. maps.Select(m => m.Component)];
        try
        {
            parameters.Import(weights);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The weights do not fit DeSTSeg with these options: {e.Message}", e);
        }

        Plan = InferencePlan.Compile([.. maps.Select(m => m.Map)], settings.Pool, new InferenceSettings(settings.Memory, TakeParameters: true));
    }

    /// <inheritdoc/>
    public int Batch { get; }

    /// <inheritdoc/>
    public int Size => _options.Size;

    /// <inheritdoc/>
    public IReadOnlyList<string> Components { get; }

    /// <inheritdoc/>
    public Span<float> Input => _input;

    /// <summary>The compiled model; output 0 is the deciding map.</summary>
    internal InferencePlan Plan { get; }

    /// <inheritdoc/>
    public void Run(int count, bool allComponents)
    {
        _input.CopyTo(Plan.Input(Picture));
        if (allComponents)
        {
            Plan.Run();
        }
        else
        {
            Plan.RunOnly(0);
        }

        _hasRun = true;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Map(int component, int picture)
    {
        return _hasRun
            ? Plan.Output(component).Slice(picture * Size * Size, Size * Size)
            : throw new InvalidOperationException("There is no map before the first run.");
    }

    /// <inheritdoc/>
    public float Score(int component, int picture)
    {
        Map(component, picture).CopyTo(_selection);
        return LargestValues.Mean(_selection, Math.Min(_options.Top, _selection.Length));
    }

    /// <inheritdoc/>
    public void Dispose() => Plan.Dispose();

    // The map that decides comes first.
    private IReadOnlyList<(string Component, Value Map)> Maps(Graph graph)
    {
        Value picture = graph.Input(Picture, new Shape(Batch, Size, Size, 3));
        IReadOnlyList<Value> teacher = DeSTSegNetwork.AddTeacher(graph, picture);
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, picture, _options.EncoderDecoder, null);
        Value distance = FullSize(graph, DeSTSegNetwork.AddDistanceMap(graph, teacher, student));
        if (!_options.Segmentation)
        {
            return [("student", distance)];
        }

        Value probability = graph.Add(new Sigmoid(DeSTSegNetwork.AddSegmentation(graph, teacher, student, _options, null)));
        Value segmentation = FullSize(graph, probability);
        return _options.Decide switch
        {
            DecidingMap.Student => [("student", distance), ("segmentation", segmentation)],
            DecidingMap.Segmentation => [("segmentation", segmentation), ("student", distance)],
            _ => [("combined", DeSTSegNetwork.AddCombinedMap(graph, segmentation, distance)), ("segmentation", segmentation), ("student", distance)],
        };
    }

    private Value FullSize(Graph graph, Value map) => graph.Add(new Resize(map, Size, Size));
}
