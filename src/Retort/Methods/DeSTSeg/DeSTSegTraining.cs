using Retort.Networks;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.DeSTSeg;

/// <summary>
/// The two phases: first the student learns to give the teacher's features of the clean picture, then, with the student frozen, the
/// segmentation network learns the mask of the synthetic anomaly.
/// </summary>
internal sealed class DeSTSegTraining : PhasedTraining
{
    private readonly DeSTSegOptions _options;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public DeSTSegTraining(DeSTSegOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        Begin(teacher, DeSTSegNetwork.Teacher);
    }

    /// <inheritdoc/>
    protected override TrainingPhase Describe(int phase, int batch, int size) => phase == 0
        ? new TrainingPhase(
            StudentLosses(batch, size),
            p => p.Name.StartsWith(DeSTSegNetwork.Student, StringComparison.Ordinal),
            plan => Sgd(plan, new ParameterGroup(_ => true, _options.StudentRate)))
        : new TrainingPhase(
            [SegmentationLoss(batch, size)],
            p => p.Name.StartsWith(DeSTSegNetwork.Segmentation, StringComparison.Ordinal),
            plan => Sgd(
                plan,
                new ParameterGroup(p => p.Name.StartsWith($"{DeSTSegNetwork.Segmentation}res.", StringComparison.Ordinal), _options.ResidualRate),
                new ParameterGroup(_ => true, _options.HeadRate)));

    /// <inheritdoc/>
    protected override void Fill(TrainingPlan plan, int phase, int step, TrainingBatch batch)
    {
        base.Fill(plan, phase, step, batch);
        if (plan.HasInput("mask"))
        {
            MaskPyramid.Shrink(batch.Mask, batch.Count, batch.Size, 4 * _options.SegmentationStride, plan.Input("mask"));
        }
    }

    private StochasticGradientDescent Sgd(TrainingPlan plan, params ParameterGroup[] groups) => new(plan, groups, _options.Momentum, _options.WeightDecay);

    private IReadOnlyList<Value> StudentLosses(int batch, int size)
    {
        var graph = new Graph(Parameters);
        var shape = new Shape(batch, size, size, 3);
        Value clean = graph.Input("clean", shape);
        Value seen = _options.Denoising ? graph.Input("corrupted", shape) : clean;
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, seen, _options.EncoderDecoder, Initializer);
        return DeSTSegNetwork.AddStudentLosses(graph, DeSTSegNetwork.AddTeacher(graph, clean), student);
    }

    private Value SegmentationLoss(int batch, int size)
    {
        var graph = new Graph(Parameters);
        Value picture = graph.Input("corrupted", new Shape(batch, size, size, 3));
        IReadOnlyList<Value> teacher = DeSTSegNetwork.AddTeacher(graph, picture);
        IReadOnlyList<Value> student = DeSTSegNetwork.AddStudent(graph, picture, _options.EncoderDecoder, Initializer);
        Value logits = DeSTSegNetwork.AddSegmentation(graph, teacher, student, _options, Initializer);
        return graph.Add(new SegmentationLoss(logits, graph.Input("mask", logits.Shape), (float)_options.Gamma, _options.L1));
    }
}
