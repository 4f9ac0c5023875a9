using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods;

/// <summary>A phase of a training, as graph and rule of change.</summary>
/// <param name="Losses">Scalars whose sum goes down.</param>
/// <param name="Trains">Which parameters change; the others are frozen, and compiled as for inspection.</param>
/// <param name="Optimizer">Makes the optimiser for the compiled phase.</param>
internal sealed record TrainingPhase(IReadOnlyList<Value> Losses, Func<Parameter, bool> Trains, Func<TrainingPlan, Optimizer> Optimizer);

/// <summary>
/// What the trainings of all methods share: a set of parameters, and phase after phase a plan and an optimiser, whose memory goes before that of the
/// next is asked for. A method says what a phase is, and calls <see cref="Begin"/> when it is ready to.
/// </summary>
internal abstract class PhasedTraining : ITrainingRun
{
    private const string PhaseTensor = "optimizer.phase";

    // All parameters exist, and have their initial values, once each phase has been described at some size.
    private const int SmallestSize = 64;

    private readonly MethodOptions _options;
    private readonly int _batch;
    private readonly WorkerPool _pool;
    private IReadOnlyList<NamedTensor> _optimizerState = [];
    private TrainingPlan? _plan;
    private Optimizer? _optimizer;
    private int _phase = -1;

    private protected PhasedTraining(MethodOptions options, int batch, ulong seed, WorkerPool pool)
    {
        _options = options;
        _batch = batch;
        _pool = pool;
        Initializer = new Initializer(seed);
    }

    /// <summary>The plan of the current phase, for profiles and tests; null before the first step.</summary>
    internal TrainingPlan? Plan => _plan;

    /// <summary>All parameters.</summary>
    internal ParameterSet Parameters { get; } = new();

    /// <summary>Gives new parameters their values.</summary>
    protected Initializer Initializer { get; }

    /// <inheritdoc/>
    public double Step(int phase, int step, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_phase != phase)
        {
            Compile(phase, batch);
        }

        Fill(_plan!, phase, step, batch);
        double loss = _plan!.Step();
        _optimizer!.LearningRateScale = _options.RateScale(phase, step);
        _optimizer.Update(_pool);
        return loss;
    }

    /// <summary>As the computing part of <see cref="Step"/>, noting the time of each step of <see cref="Plan"/>. To be used after a step of that phase.</summary>
    internal void Profile(int phase, int step, TrainingBatch batch)
    {
        TrainingPlan plan = _phase == phase ? _plan! : throw new InvalidOperationException("There is no plan before the first step of a phase.");
        Fill(plan, phase, step, batch);
        plan.Profile();
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> ExportWeights() => Parameters.Export();

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> ExportState() =>
        _optimizer == null ? ExportWeights() : [.. ExportWeights(), new NamedTensor(PhaseTensor, [1], [_phase]), .. _optimizer.Export()];

    /// <inheritdoc/>
    public void ImportState(IReadOnlyList<NamedTensor> state)
    {
        StateMisfitException.Guard(() => Parameters.Import(state));

        // The optimiser exists once its phase has been compiled, which folds the weights just imported.
        _optimizerState = [.. state.Where(t => t.Name.StartsWith("optimizer.", StringComparison.Ordinal))];
        if (_optimizerState.FirstOrDefault(t => t.Name == PhaseTensor) is { Length: not 1 })
        {
            throw new StateMisfitException($"Tensor {PhaseTensor} does not have 1 value.");
        }

        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan?.Dispose();
        _optimizer?.Dispose();
        (_plan, _optimizer, _phase) = (null, null, -1);
    }

    /// <summary>Builds the graph of a phase on <see cref="Parameters"/>.</summary>
    /// <remarks>Its inputs are <c>clean</c> and <c>corrupted</c>, both <c>[batch, size, size, 3]</c>, and what the method fills itself.</remarks>
    /// <param name="phase">Index into <see cref="MethodOptions.Steps"/>.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="size">Their side in pixels.</param>
    protected abstract TrainingPhase Describe(int phase, int batch, int size);

    /// <summary>What is to be done once before the first step of a phase; a resumed run does not do it again within the phase.</summary>
    /// <param name="phase">Index into <see cref="MethodOptions.Steps"/>.</param>
    /// <param name="batch">The pictures of its first step.</param>
    protected virtual void BeforePhase(int phase, TrainingBatch batch)
    {
    }

    /// <summary>Fills the plan's inputs; methods with more than <c>clean</c> and <c>corrupted</c> fill theirs too.</summary>
    protected virtual void Fill(TrainingPlan plan, int phase, int step, TrainingBatch batch)
    {
        Fill(plan, "clean", batch.Clean);
        Fill(plan, "corrupted", batch.Corrupted);
    }

    /// <summary>Fills an input if the plan has it.</summary>
    protected static void Fill(TrainingPlan plan, string input, float[] values)
    {
        if (plan.HasInput(input))
        {
            values.CopyTo(plan.Input(input));
        }
    }

    /// <summary>Makes all parameters and gives the teacher its values.</summary>
    /// <param name="teacher">The folded trunk, see <see cref="TorchvisionResNet"/>.</param>
    /// <param name="prefix">Before its names in <see cref="Parameters"/>.</param>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    protected void Begin(IReadOnlyList<NamedTensor> teacher, string prefix)
    {
        for (int phase = 0; phase < _options.PhaseNames.Count; phase++)
        {
            Describe(phase, 1, SmallestSize);
        }

        try
        {
            Parameters.Import(teacher, prefix, strip: true);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The teacher is not a folded {_options.Teacher.Name}: {e.Message}", e);
        }
    }

    private void Compile(int phase, TrainingBatch batch)
    {
        // The memory of the last phase, hundreds of megabytes, goes before that of the next is asked for, and with it what reading and writing left.
        Dispose();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        NamedTensor? saved = _optimizerState.FirstOrDefault(t => t.Name == PhaseTensor);
        bool isResumed = saved != null && (int)saved.Data[0] == phase;
        if (!isResumed)
        {
            BeforePhase(phase, batch);
        }

        TrainingPhase described = Describe(phase, _batch, _options.Size);
        _plan = TrainingPlan.Compile(described.Losses, described.Trains, _pool);
        _optimizer = described.Optimizer(_plan);
        _phase = phase;
        if (isResumed)
        {
            StateMisfitException.Guard(() => _optimizer.Import(_optimizerState));
        }

        _optimizerState = [];
    }
}
