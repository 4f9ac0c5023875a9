using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Networks.Optimizers;

/// <summary>Parameters that share their hyper-parameters.</summary>
/// <param name="Contains">Which parameters belong to it; the first group that contains a parameter has it.</param>
/// <param name="LearningRate">Factor of the update.</param>
public sealed record ParameterGroup(Func<Parameter, bool> Contains, double LearningRate);

/// <summary>Changes the parameters of a training plan by its gradients. Keeps its state by parameter, so that a run can be resumed.</summary>
public abstract unsafe class Optimizer : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly double[] _rates;
    private readonly string[] _stateNames;

    /// <summary>Prepares the state.</summary>
    /// <param name="plan">The plan whose parameters it changes.</param>
    /// <param name="groups">Learning rates.</param>
    /// <param name="stateNames">The vectors it keeps for each parameter.</param>
    /// <exception cref="ArgumentException">A trained parameter is in no group.</exception>
    private protected Optimizer(TrainingPlan plan, IReadOnlyList<ParameterGroup> groups, string[] stateNames)
    {
        _plan = plan;
        _stateNames = stateNames;
        _rates = [.. plan.Trained.Select(p => groups.FirstOrDefault(g => g.Contains(p))?.LearningRate
            ?? throw new ArgumentException($"{p.Name} is in no parameter group.", nameof(groups)))];
        States = [.. stateNames.Select(_ => new AlignedBuffer(plan.Gradients.Length))];
    }

    /// <summary>The vectors of state, each as long as all gradients together.</summary>
    private protected AlignedBuffer[] States { get; }

    /// <summary>Updates done.</summary>
    public int Updates { get; private set; }

    /// <summary>A factor on all learning rates, for schedules.</summary>
    public double LearningRateScale { get; set; } = 1;

    /// <summary>Changes the parameters by the gradients of the plan's last step.</summary>
    public void Update(WorkerPool pool)
    {
        Updates++;
        int offset = 0;
        for (int i = 0; i < _plan.Trained.Count; i++)
        {
            Parameter parameter = _plan.Trained[i];
            Update(pool, parameter.Data.Pointer, _plan.GradientPointer + offset, offset, parameter.Length, _rates[i] * LearningRateScale);
            offset += parameter.Length;
        }
    }

    /// <summary>Gives the state's memory back.</summary>
    public void Dispose()
    {
        foreach (AlignedBuffer state in States)
        {
            state.Release();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Changes one parameter.</summary>
    private protected abstract void Update(WorkerPool pool, float* weights, float* gradient, int stateOffset, int length, double learningRate);

    /// <summary>
    /// The state, for a checkpoint: <c>optimizer.STATE.PARAMETER</c> in memory order, and <c>optimizer.updates</c>. To be used before the next update.
    /// </summary>
    public IReadOnlyList<NamedTensor> Export()
    {
        var tensors = new List<NamedTensor> { new("optimizer.updates", [1], [Updates]) };
        for (int s = 0; s < States.Length; s++)
        {
            int offset = 0;
            foreach (Parameter parameter in _plan.Trained)
            {
                (AlignedBuffer state, int start, int length) = (States[s], offset, parameter.Length);
                tensors.Add(new NamedTensor($"optimizer.{_stateNames[s]}.{parameter.Name}", [length], length, to => state.Span.Slice(start, length).CopyTo(to)));
                offset += parameter.Length;
            }
        }

        return tensors;
    }

    /// <summary>Puts a state back.</summary>
    /// <exception cref="ArgumentException">A tensor is missing or has another length; the message names it.</exception>
    public void Import(IEnumerable<NamedTensor> tensors)
    {
        var byName = tensors.ToDictionary(t => t.Name);
        NamedTensor Find(string name, int length) => byName.TryGetValue(name, out NamedTensor? t) && t.Length == length
            ? t
            : throw new ArgumentException($"Tensor {name} is missing or does not have {length} values.");

        Updates = (int)Find("optimizer.updates", 1).Data[0];
        for (int s = 0; s < States.Length; s++)
        {
            int offset = 0;
            foreach (Parameter parameter in _plan.Trained)
            {
                Find($"optimizer.{_stateNames[s]}.{parameter.Name}", parameter.Length).CopyTo(States[s].Span[offset..]);
                offset += parameter.Length;
            }
        }
    }
}
