using Retort.Methods;
using Retort.Networks.Plans;

namespace Retort.Bench;

/// <summary>Training steps of one phase, the update of the parameters included.</summary>
internal sealed class TrainingTask : MethodTask
{
    private readonly PhasedTraining _run;
    private readonly TrainingBatch _batch;
    private readonly int _phase;
    private int _step;

    /// <summary>Begins a training and fills its batch with noise.</summary>
    public TrainingTask(string method, MethodOptions options, int threads, int phase)
        : base(threads)
    {
        _phase = phase;
        _run = (PhasedTraining)MethodCatalog.Get(method).StartTraining(options, UntrainedWeights.Teacher(), options.Batch, seed: 0, Pool);
        _batch = new TrainingBatch(options.Batch, options.Size);
        FillWithNoise(_batch.Clean);
        FillWithNoise(_batch.Corrupted);
        for (int i = 0; i < _batch.Mask.Length; i++)
        {
            _batch.Mask[i] = i / 64 % 10 == 0 ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public override Plan Plan => _run.Plan ?? throw new InvalidOperationException("There is no plan before the first run.");

    /// <inheritdoc/>
    public override void Run() => _run.Step(_phase, _step++, _batch);

    /// <inheritdoc/>
    public override void Profile() => _run.Profile(_phase, _step, _batch);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _run.Dispose();
        base.Dispose();
    }
}
