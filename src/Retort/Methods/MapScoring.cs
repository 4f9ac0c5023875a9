using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Methods;

/// <summary>
/// A scorer made of a graph: pictures in, maps at input size out; the score is the mean of the <see cref="MethodOptions.Top"/> largest values of a map.
/// </summary>
internal sealed class MapScoring : IScorer
{
    private readonly int _top;
    private readonly float[] _input;
    private readonly float[] _selection;
    private bool _hasRun;

    /// <summary>Loads a trained model.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="options">The options it was trained with.</param>
    /// <param name="weights">Its weights, gone through once.</param>
    /// <param name="settings">How to compile it.</param>
    /// <exception cref="RetortException">A tensor is missing or has the wrong shape.</exception>
    public MapScoring(IMethod method, MethodOptions options, IEnumerable<NamedTensor> weights, ScorerSettings settings)
    {
        (Batch, Size, _top) = (settings.Batch, options.Size, options.CountedPixels);
        _input = new float[Batch * Size * Size * 3];
        _selection = new float[Size * Size];
        IReadOnlyList<MapComponent> maps = MapComponent.Load(method, options, weights, Batch);
        Components = [.. maps.Select(c => c.Component)];
        Plan = InferencePlan.Compile([.. maps.Select(c => c.Map)], settings.Pool, new InferenceSettings(settings.Memory, TakeParameters: true));
    }

    /// <inheritdoc/>
    public int Batch { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Components { get; }

    /// <inheritdoc/>
    public Span<float> Input => _input;

    /// <summary>The compiled model; output 0 is the deciding map.</summary>
    internal InferencePlan Plan { get; }

    /// <inheritdoc/>
    public void Run(int count, bool allComponents)
    {
        _input.CopyTo(Plan.Input(MapComponent.Picture));
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
        return LargestValues.Mean(_selection, _top);
    }

    /// <inheritdoc/>
    public float Score(int component, int picture, ReadOnlySpan<bool> ignored)
    {
        ReadOnlySpan<float> map = Map(component, picture);
        int counted = 0;
        for (int i = 0; i < map.Length; i++)
        {
            if (!ignored[i])
            {
                _selection[counted++] = map[i];
            }
        }

        return LargestValues.Mean(_selection.AsSpan(0, counted), Math.Min(_top, counted));
    }

    /// <inheritdoc/>
    public void Dispose() => Plan.Dispose();
}
