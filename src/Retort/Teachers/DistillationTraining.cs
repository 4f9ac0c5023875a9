using Retort.Methods;
using Retort.Networks;
using Retort.Networks.Layers;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>The small network as it learns: parameters, plan and optimiser.</summary>
internal sealed class DistillationTraining : IDisposable
{
    private const string Input = "crops";

    private readonly DistillationSettings _settings;
    private readonly WorkerPool _pool;
    private readonly TrainingPlan _plan;
    private readonly Adam _optimizer;
    private readonly Dictionary<Parameter, double[]> _gathered = [];
    private int _batches;

    /// <summary>Begins from initial weights.</summary>
    /// <param name="settings">How.</param>
    /// <param name="teacher">The big network.</param>
    /// <param name="pool">The threads.</param>
    public DistillationTraining(DistillationSettings settings, TeacherFile teacher, WorkerPool pool)
    {
        _settings = settings;
        _pool = pool;
        var graph = new Graph(Parameters);
        Value crops = graph.Input(Input, new Shape(settings.Batch, settings.Crop, settings.Crop, 3));
        DistillationDistances distances = DistillationNetwork.AddDistances(graph, crops, teacher.Architecture, new Initializer(settings.Seed));
        Parameters.Import(teacher.Tensors, DistillationNetwork.Teacher, strip: true);
        _plan = TrainingPlan.Compile(distances.All, IsLearned, pool);
        _optimizer = new Adam(_plan, [new ParameterGroup(_ => true, settings.Rate)]);
    }

    /// <summary>Both networks' parameters.</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>Does a step and returns its loss.</summary>
    /// <param name="step">Counted from 0.</param>
    /// <param name="crops">Normalised crops, <c>[Batch, Crop, Crop, 3]</c>.</param>
    public double Step(int step, float[] crops)
    {
        double loss = Compute(crops);
        _optimizer.LearningRateScale = _settings.RateScale(step);
        _optimizer.Update(_pool);
        return loss;
    }

    /// <summary>
    /// Looks at crops without learning from them, for the means and variances of batch normalisation: the running ones are those of the last ten steps or so, and
    /// the network is to be used with good ones.
    /// </summary>
    /// <param name="crops">Normalised crops, <c>[Batch, Crop, Crop, 3]</c>.</param>
    public void Gather(float[] crops)
    {
        Compute(crops);
        _batches++;
        foreach (Parameter statistic in Parameters.All.Where(p => p.IsStatistic))
        {
            if (!_gathered.TryGetValue(statistic, out double[]? sums))
            {
                _gathered[statistic] = sums = new double[statistic.Length];
            }

            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += statistic.Data.Span[i];
            }
        }
    }

    /// <summary>Takes the means of what <see cref="Gather"/> has seen.</summary>
    public void Settle()
    {
        foreach ((Parameter statistic, double[] sums) in _gathered)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                statistic.Data.Span[i] = (float)(sums[i] / _batches);
            }
        }
    }

    /// <summary>All that a resumed run needs for the same bits. To be used before the next step.</summary>
    public IReadOnlyList<NamedTensor> ExportState() =>
        [.. Parameters.Export(DistillationNetwork.Student), .. Parameters.Export(DistillationNetwork.Projection), .. _optimizer.Export()];

    /// <summary>Puts a state back.</summary>
    /// <exception cref="StateMisfitException">It is not one of these settings.</exception>
    public void ImportState(IReadOnlyList<NamedTensor> state) => StateMisfitException.Guard(() =>
    {
        Parameters.Import(state, DistillationNetwork.Student);
        Parameters.Import(state, DistillationNetwork.Projection);
        _optimizer.Import(state.Where(t => t.Name.StartsWith("optimizer.", StringComparison.Ordinal)));
    });

    /// <summary>The small network with its batch normalisation folded, by torchvision's names.</summary>
    public IReadOnlyList<NamedTensor> ExportFolded() => TorchvisionResNet.FoldTrunk(
        [.. Parameters.Export(DistillationNetwork.Student).Select(t => t with { Name = t.Name[DistillationNetwork.Student.Length..] })],
        ResNetArchitecture.ResNet18, DistillationNetwork.Levels, "the small network");

    /// <inheritdoc/>
    public void Dispose()
    {
        _plan.Dispose();
        _optimizer.Dispose();
    }

    private double Compute(float[] crops)
    {
        crops.CopyTo(_plan.Input(Input));
        return _plan.Step();
    }

    private static bool IsLearned(Parameter parameter) => !parameter.Name.StartsWith(DistillationNetwork.Teacher, StringComparison.Ordinal);
}
