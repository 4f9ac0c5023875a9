namespace Retort.Networks.Plans;

/// <summary>A graph rewritten for one plan.</summary>
/// <param name="Operations">What is left to do, in order.</param>
/// <param name="Outputs">The outputs that were asked for, in that order.</param>
internal sealed record LoweredGraph(IReadOnlyList<Operation> Operations, IReadOnlyList<Value> Outputs);

/// <summary>
/// Rewrites a graph for a plan without changing what it computes: operations that no output needs are left out; batch normalisation
/// that is frozen, behind a frozen convolution, is folded into its filter; additions and ReLUs move into the convolution or the
/// normalisation before them.
/// </summary>
internal sealed class Lowering
{
    private readonly Func<Parameter, bool> _trains;
    private readonly Dictionary<Value, int> _uses = [];
    private readonly Dictionary<Value, Value> _map = [];
    private readonly HashSet<Value> _needsGradient = [];
    private readonly List<Operation> _result = [];

    private Lowering(Func<Parameter, bool> trains) => _trains = trains;

    /// <summary>Rewrites what some outputs need.</summary>
    /// <param name="outputs">Values of one graph.</param>
    /// <param name="trains">Which parameters the plan trains.</param>
    public static LoweredGraph Lower(IReadOnlyList<Value> outputs, Func<Parameter, bool> trains)
    {
        var lowering = new Lowering(trains);
        foreach (Operation operation in lowering.Needed(outputs))
        {
            lowering.Emit(operation);
        }

        return new LoweredGraph(lowering._result, [.. outputs.Select(o => lowering._map[o])]);
    }

    // Producers come before users, because a graph is built in that order.
    private List<Operation> Needed(IReadOnlyList<Value> outputs)
    {
        var order = new List<Operation>();
        var seen = new HashSet<Operation>();
        foreach (Value output in outputs)
        {
            _uses[output] = _uses.GetValueOrDefault(output) + 1;
            Visit(output.Producer, seen, order);
        }

        return order;
    }

    private void Visit(Operation operation, HashSet<Operation> seen, List<Operation> order)
    {
        if (!seen.Add(operation))
        {
            return;
        }

        foreach (Value input in operation.Inputs)
        {
            _uses[input] = _uses.GetValueOrDefault(input) + 1;
            Visit(input.Producer, seen, order);
        }

        order.Add(operation);
    }

    private void Emit(Operation operation)
    {
        if (operation.Parameters.Any(p => !p.IsStatistic && _trains(p)) || operation.Inputs.Any(_needsGradient.Contains))
        {
            _needsGradient.Add(operation.Output);
        }

        Operation rewritten = operation switch
        {
            BatchNorm norm => Fold(norm),
            Relu relu => FuseRelu(relu),
            Add add => FuseAdd(add),
            _ => null,
        }

        ?? operation.WithInputs([.. operation.Inputs.Select(i => _map[i])]);
        rewritten.Bind();
        _result.Add(rewritten);
        _map[operation.Output] = rewritten.Output;
    }

    private FilterOperation? Fold(BatchNorm norm)
    {
        Value x = norm.Inputs[0];
        if (_needsGradient.Contains(norm.Output) || norm.Residual != null || norm.Relu
            || _uses[x] != 1 || _map[x].Producer is not FilterOperation { Relu: false, Residual: null } filter)
        {
            return null;
        }

        _result.Remove(filter);
        return filter.Folded(norm.State);
    }

    private Operation? FuseRelu(Relu relu)
    {
        Value x = relu.Inputs[0];
        Operation? fused = _uses[x] != 1 ? null : _map[x].Producer switch
        {
            FilterOperation { Relu: false } f when !_needsGradient.Contains(relu.Output) => f.Fused(f.Residual, relu: true),
            BatchNorm { Relu: false } b => b.Fused(b.Residual, relu: true),
            _ => null,
        };
        return Replace(_map[x].Producer, fused);
    }

    private Operation? FuseAdd(Add add)
    {
        for (int i = 0; i < 2; i++)
        {
            Value x = add.Inputs[i];
            Value other = _map[add.Inputs[1 - i]];
            Operation? fused = _uses[x] != 1 || other == _map[x] ? null : _map[x].Producer switch
            {
                FilterOperation { Relu: false, Residual: null } f when !_needsGradient.Contains(add.Output) => f.Fused(other, relu: false),
                BatchNorm { Relu: false, Residual: null } b => b.Fused(other, relu: false),
                _ => null,
            };
            if (fused != null)
            {
                return Replace(_map[x].Producer, fused);
            }
        }

        return null;
    }

    // The fused operation stands at the end, where all its inputs are there; the one it replaces has no other user.
    private Operation? Replace(Operation old, Operation? fused)
    {
        if (fused != null)
        {
            _result.Remove(old);
        }

        return fused;
    }
}
