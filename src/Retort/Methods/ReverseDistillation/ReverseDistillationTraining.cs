using Retort.Networks;
using Retort.Networks.Optimizers;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.ReverseDistillation;

/// <summary>The one phase: embedding and decoder learn to give back the teacher's features of good pictures.</summary>
internal sealed class ReverseDistillationTraining : PhasedTraining
{
    private readonly ReverseDistillationOptions _options;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public ReverseDistillationTraining(ReverseDistillationOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        Begin(teacher, ReverseDistillationNetwork.Teacher);
    }

    /// <inheritdoc/>
    protected override TrainingPhase Describe(int phase, int batch, int size)
    {
        var graph = new Graph(Parameters);
        Value picture = graph.Input("clean", new Shape(batch, size, size, 3));
        IReadOnlyList<Value> teacher = ReverseDistillationNetwork.AddTeacher(graph, picture, _options.Backbone);
        IReadOnlyList<Value> student = ReverseDistillationNetwork.AddStudent(graph, teacher, _options.Backbone, Initializer);
        return new TrainingPhase(
            ReverseDistillationNetwork.AddLosses(graph, teacher, student, _options.Loss),
            ReverseDistillationNetwork.IsStudents,
            plan => new Adam(plan, [new ParameterGroup(_ => true, _options.Rate)], _options.Beta1, _options.Beta2));
    }
}
