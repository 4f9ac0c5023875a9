using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// The two phases: first the student learns to give the teacher's features of the clean picture, then, with the student frozen, the
/// segmentation network learns the mask of the synthetic anomaly.
/// </summary>
internal sealed class DeSTSegTraining : ITrainingRun
{
    private const string PhaseTensor = "optimizer.phase";

    private readonly DeSTSegOptions _options;
    private readonly int _batch;
    private readonly WorkerPool _pool;
    private readonly Initializer _initializer;
    private readonly ParameterSet _parameters = new();
    private IReadOnlyList<NamedTensor> _optimizerState = [];
    private TrainingPlan? _plan;
    private Optimizer? _optimizer;
    private int _phase = -1;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public DeSTSegTraining(DeSTSegOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
    {
        _options = options;
        _batch = batch;
        _pool = pool;
        _initializer = new Initializer(seed);

        // Both graphs are built once at the smallest size, so that all parameters exist before the first step.
        StudentLosses(1, 64);
        if (options.Segmentation)
        {
            SegmentationLoss(1, 64);
        }

        try
        {
            _parameters.Import(teacher, DeSTSegNetwork.Teacher, strip: true);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The teacher is not a folded ResNet-18: {e.Message}", e);
        }
    }

    /// <summary>The plan of the current phase, for profiles and tests; null before the first step.</summary>
    internal TrainingPlan? Plan => _plan;

    /// <summary>All parameters.</summary>
    internal ParameterSet Parameters => _parameters;

    /// <inheritdoc/>
    public double Step(int phase, int step, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_phase != phase)
        {
            Compile(phase);
        }

        Fill("clean", batch.Clean);
        Fill("corrupted", batch.Corrupted);
        if (_plan!.HasInput("mask"))
        {
            MaskPyramid.Shrink(batch.Mask, batch.Count, batch.Size, 4 * _options.SegmentationStride, _plan.Input("mask"));
        }

        double loss = _plan.Step();
        _optimizer!.LearningRateScale = _options.RateScale(phase, step);
        _optimizer.Update(_pool);
        return loss;
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> ExportWeights() => _parameters.Export();

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> ExportState() =>
        _optimizer == null ? ExportWeights() : [.. ExportWeights(), new NamedTensor(PhaseTensor, [1], [_phase]), .. _optimizer.Export()];

    /// <inheritdoc/>
    public void ImportState(IReadOnlyList<NamedTensor> state)
    {
        try
        {
            _parameters.Import(state);
        }
        catch (ArgumentException e)
        {
            throw new RetortException($"The checkpoint does not fit these options: {e.Message}", e);
        }

        // The optimiser exists once its phase has been compiled, which folds the weights just imported.
        _optimizerState = [.. state.Where(t => t.Name.StartsWith("optimizer.", StringComparison.Ordinal))];
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan?.Dispose();
        _optimizer?.Dispose();
        (_plan, _optimizer, _phase) = (null, null, -1);
    }

    private void Compile(int phase)
    {
        // The memory of the last phase, hundreds of megabytes, goes before that of the next is asked for, and with it what reading and writing left.
        Dispose();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        if (phase == 0)
        {
            _plan = TrainingPlan.Compile(StudentLosses(_batch, _options.Size), p => p.Name.StartsWith(DeSTSegNetwork.Student, StringComparison.Ordinal), _pool);
            _optimizer = Sgd(new ParameterGroup(_ => true, _options.StudentRate));
        }
        else
        {
            _plan = TrainingPlan.Compile([SegmentationLoss(_batch, _options.Size)], p => p.Name.StartsWith(DeSTSegNetwork.Segmentation, StringComparison.Ordinal), _pool);
            _optimizer = Sgd(
                new ParameterGroup(p => p.Name.StartsWith($"{DeSTSegNetwork.Segmentation}res.", StringComparison.Ordinal), _options.ResidualRate),
                new ParameterGroup(_ => true, _options.HeadRate));
        }

        _phase = phase;
        if (_optimizerState.FirstOrDefault(t => t.Name == PhaseTensor) is NamedTensor saved && (int)saved.Data[0] == phase)
        {
            try
            {
                _optimizer.Import(_optimizerState);
            }
            catch (ArgumentException e)
            {
                throw new RetortException($"The checkpoint does not fit these options: {e.Message}", e);
            }
        }

        _optimizerState = [];
    }

    private StochasticGradientDescent Sgd(params ParameterGroup[] groups) => new(_plan!, groups, _options.Momentum, _options.WeightDecay);

    private IReadOnlyList<Value> StudentLosses(int batch, int size)
    {
        var graph = new Graph(_parameters);
        var shape = new Shape(batch, size, size, 3);
        Value clean = graph.Input("clean", shape);
        Value seen = _options.Denoising ? graph.Input("corrupted", shape) : clean;
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, seen, _options.EncoderDecoder, _initializer);
        return DeSTSegNetwork.AddStudentLosses(graph, DeSTSegNetwork.AddTeacher(graph, clean), student);
    }

    private Value SegmentationLoss(int batch, int size)
    {
        var graph = new Graph(_parameters);
        Value picture = graph.Input("corrupted", new Shape(batch, size, size, 3));
        IReadOnlyList<Value> teacher = DeSTSegNetwork.AddTeacher(graph, picture);
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, picture, _options.EncoderDecoder, _initializer);
        Value logits = DeSTSegNetwork.AddSegmentation(graph, teacher, student, _options, _initializer);
        return graph.Add(new SegmentationLoss(logits, graph.Input("mask", logits.Shape), (float)_options.Gamma, _options.L1));
    }

    private void Fill(string input, float[] values)
    {
        if (_plan!.HasInput(input))
        {
            values.CopyTo(_plan.Input(input));
        }
    }
}
