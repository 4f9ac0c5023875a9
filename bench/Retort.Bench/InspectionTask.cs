using Retort.Methods;
using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Bench;

/// <summary>Inspections: the deciding map of each picture of a batch.</summary>
internal sealed class InspectionTask : MethodTask
{
    private readonly MapScoring _scorer;

    /// <summary>Loads the weights and fills the input with noise.</summary>
    public InspectionTask(string method, MethodOptions options, int threads, IEnumerable<NamedTensor> weights, MemoryPolicy memory)
        : base(threads)
    {
        _scorer = (MapScoring)MethodCatalog.Get(method).CreateScorer(options, weights, new ScorerSettings(Pool, options.Batch, memory));
        FillWithNoise(_scorer.Input);
    }

    /// <inheritdoc/>
    public override Plan Plan => _scorer.Plan;

    /// <inheritdoc/>
    public override void Run() => _scorer.Run(_scorer.Batch, allComponents: false);

    /// <inheritdoc/>
    public override void Profile()
    {
        _scorer.Input.CopyTo(_scorer.Plan.Input("picture"));
        _scorer.Plan.Profile(0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _scorer.Dispose();
        base.Dispose();
    }
}
