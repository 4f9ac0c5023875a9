using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Plans;

namespace Retort.Bench;

/// <summary>Training steps of one phase, the update of the parameters included.</summary>
internal sealed class TrainingTask : DeSTSegTask
{
    private readonly DeSTSegTraining _run;
    private readonly TrainingBatch _batch;
    private readonly int _phase;
    private int _step;

    /// <summary>Begins a training and fills its batch with noise.</summary>
    public TrainingTask(DeSTSegOptions options, int threads, int phase)
        : base(threads)
    {
        _phase = phase;
        _run = new DeSTSegTraining(options, UntrainedWeights.Teacher(), options.Batch, seed: 0, Pool);
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
    public override void Profile()
    {
        TrainingPlan plan = _run.Plan ?? throw new InvalidOperationException("There is no plan before the first run.");
        Fill(plan, "clean", _batch.Clean);
        Fill(plan, "corrupted", _batch.Corrupted);
        if (plan.HasInput("mask"))
        {
            MaskPyramid.Shrink(_batch.Mask, _batch.Count, _batch.Size, 4, plan.Input("mask"));
        }

        plan.Profile();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _run.Dispose();
        base.Dispose();
    }

    private static void Fill(TrainingPlan plan, string input, float[] values)
    {
        if (plan.HasInput(input))
        {
            values.CopyTo(plan.Input(input));
        }
    }
}
