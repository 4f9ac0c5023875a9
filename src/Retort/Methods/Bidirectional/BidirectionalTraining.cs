using Retort.Methods.ReverseDistillation;
using Retort.Methods.Stfpm;
using Retort.Networks;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.Bidirectional;

/// <summary>The one phase: both students learn to give the teacher's features of the clean picture, having seen the corrupted one.</summary>
internal sealed class BidirectionalTraining : PhasedTraining
{
    private const string ExchangeWeight = "exchange";

    private static readonly string[] Normal = ["normal1", "normal2", "normal3"];
    private static readonly string[] Anomalous = ["anomalous1", "anomalous2", "anomalous3"];

    private readonly BidirectionalOptions _options;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public BidirectionalTraining(BidirectionalOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        Begin(teacher, BidirectionalNetwork.Teacher);
    }

    /// <inheritdoc/>
    protected override TrainingPhase Describe(int phase, int batch, int size) => new(
        Losses(batch, size),
        p => !p.Name.StartsWith(BidirectionalNetwork.Teacher, StringComparison.Ordinal),
        plan => new Adam(
            plan,
            [
                new ParameterGroup(p => p.Name.StartsWith(BidirectionalNetwork.Forward, StringComparison.Ordinal), _options.ForwardRate),
                new ParameterGroup(_ => true, _options.BackwardRate),
            ],
            _options.Beta1,
            _options.Beta2));

    /// <inheritdoc/>
    protected override void Fill(TrainingPlan plan, int phase, int step, TrainingBatch batch)
    {
        base.Fill(plan, phase, step, batch);
        if (plan.HasInput(ExchangeWeight))
        {
            plan.Input(ExchangeWeight)[0] = (float)_options.ExchangeWeightAt(step);
        }

        for (int level = 0; level < BidirectionalNetwork.Levels; level++)
        {
            if (plan.HasInput(Normal[level]))
            {
                LevelMasks.MarkNormal(batch.Mask, batch.Count, batch.Size, Stride(level), plan.Input(Normal[level]));
            }

            if (plan.HasInput(Anomalous[level]))
            {
                LevelMasks.MarkAnomalous(batch.Mask, batch.Count, batch.Size, Stride(level), plan.Input(Anomalous[level]));
            }
        }
    }

    private List<Value> Losses(int batch, int size)
    {
        var graph = new Graph(Parameters);
        var shape = new Shape(batch, size, size, 3);
        Value clean = graph.Input("clean", shape);
        Value seen = _options.Augmentation ? graph.Input("corrupted", shape) : clean;
        IReadOnlyList<Value> target = BidirectionalNetwork.AddTeacher(graph, clean, _options.Backbone);
        IReadOnlyList<Value> teacher = _options.Augmentation ? BidirectionalNetwork.AddTeacher(graph, seen, _options.Backbone) : target;
        IReadOnlyList<Value> forward = _options.Forward ? BidirectionalNetwork.AddForward(graph, seen, _options.Backbone, Initializer) : [];
        IReadOnlyList<Value> backward = _options.Backward ? BidirectionalNetwork.AddBackward(graph, teacher, _options.Backbone, Initializer) : [];

        var losses = new List<Value>();
        losses.AddRange(StfpmNetwork.AddLosses(graph, target, forward));
        losses.AddRange(ReverseDistillationNetwork.AddLosses(graph, target, backward, CosineOver.Picture));
        if (_options.Exchange && _options.Forward && _options.Backward)
        {
            losses.AddRange(BidirectionalLosses.AddExchange(
                graph, forward, backward, Masks(graph, target, Normal), graph.Input(ExchangeWeight, new Shape(1, 1, 1, 1))));
        }

        if (_options.Diversity && _options.Augmentation)
        {
            IReadOnlyList<Value> anomalous = Masks(graph, target, Anomalous);
            foreach (IReadOnlyList<Value> student in (IReadOnlyList<Value>[])[forward, backward])
            {
                losses.AddRange(student.Count > 0 ? BidirectionalLosses.AddDiversity(graph, teacher, student, anomalous, _options) : []);
            }
        }

        return losses;
    }

    private static Value[] Masks(Graph graph, IReadOnlyList<Value> features, string[] names) =>
        [.. features.Select((f, level) => graph.Input(names[level], f.Shape with { C = 1 }))];

    private static int Stride(int level) => 4 << level;
}
