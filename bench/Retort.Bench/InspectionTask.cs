using Retort.Methods.DeSTSeg;
using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Bench;

/// <summary>Inspections: the deciding map of each picture of a batch.</summary>
internal sealed class InspectionTask : DeSTSegTask
{
    private readonly DeSTSegScoring _scorer;

    /// <summary>Loads the weights and fills the input with noise.</summary>
    public InspectionTask(DeSTSegOptions options, int threads, IReadOnlyList<NamedTensor> weights)
        : base(threads)
    {
        _scorer = new DeSTSegScoring(options, weights, options.Batch, Pool);
        FillWithNoise(_scorer.Input);
    }

    /// <inheritdoc/>
    public override Plan Plan => _scorer.DecidingPlan;

    /// <inheritdoc/>
    public override void Run() => _scorer.Run(_scorer.Batch, allComponents: false);

    /// <inheritdoc/>
    public override void Profile()
    {
        _scorer.Input.CopyTo(_scorer.DecidingPlan.Input("picture"));
        _scorer.DecidingPlan.Profile();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _scorer.Dispose();
        base.Dispose();
    }
}
