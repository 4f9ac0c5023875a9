using Retort.Networks;
using Retort.Networks.Optimizers;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.Stfpm;

/// <summary>The one phase: the student learns to give the teacher's features of good pictures.</summary>
internal sealed class StfpmTraining : PhasedTraining
{
    private readonly StfpmOptions _options;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public StfpmTraining(StfpmOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        Begin(teacher, StfpmNetwork.Teacher);
    }

    /// <inheritdoc/>
    protected override TrainingPhase Describe(int phase, int batch, int size)
    {
        var graph = new Graph(Parameters);
        Value picture = graph.Input("clean", new Shape(batch, size, size, 3));
        IReadOnlyList<Value> teacher = StfpmNetwork.AddTeacher(graph, picture, _options.Backbone);
        IReadOnlyList<Value> student = StfpmNetwork.AddStudent(graph, picture, _options.Backbone, Initializer);
        return new TrainingPhase(
            StfpmNetwork.AddLosses(graph, teacher, student),
            p => p.Name.StartsWith(StfpmNetwork.Student, StringComparison.Ordinal),
            plan => new StochasticGradientDescent(plan, [new ParameterGroup(_ => true, _options.Rate)], _options.Momentum, _options.WeightDecay));
    }
}
