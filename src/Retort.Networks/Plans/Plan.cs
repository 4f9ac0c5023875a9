using System.Diagnostics;
using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>A compiled graph: steps in order, all memory assigned. Running it allocates nothing.</summary>
public abstract unsafe class Plan
{
    private readonly Dictionary<string, Value> _inputs;
    private readonly PlanBuilder _builder;
    private readonly object _owned;
    private readonly PlanStep[] _steps;

    private protected Plan(PlanBuilder builder, IReadOnlyList<Operation> operations)
    {
        _builder = builder;
        _inputs = operations.OfType<Input>().ToDictionary(i => i.Name, i => i.Output);
        foreach (Value input in _inputs.Values)
        {
            builder.KeepFromStart(input);
        }

        (_owned, long arena) = builder.Build();
        ArenaBytes = arena * sizeof(float);
        _steps = [.. builder.Steps];
    }

    /// <summary>Bytes of the memory that steps share for intermediate results.</summary>
    public long ArenaBytes { get; }

    /// <summary>The steps, for profiles.</summary>
    public IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>The memory of an input, to be filled before every run: its place is used for other things afterwards.</summary>
    /// <exception cref="KeyNotFoundException">The plan reads no input of that name.</exception>
    public Span<float> Input(string name) => Memory(_inputs[name]);

    /// <summary>Whether the plan reads an input of that name; one that nothing needs is left out.</summary>
    public bool HasInput(string name) => _inputs.ContainsKey(name);

    /// <summary>Runs all steps.</summary>
    protected void RunSteps()
    {
        foreach (PlanStep step in _steps)
        {
            step.Run();
        }

        GC.KeepAlive(_owned);
    }

    /// <summary>Runs all steps and notes how long each took.</summary>
    protected void ProfileSteps()
    {
        foreach (PlanStep step in _steps)
        {
            long start = Stopwatch.GetTimestamp();
            step.Run();
            step.Ticks = Stopwatch.GetTimestamp() - start;
        }

        GC.KeepAlive(_owned);
    }

    private protected Span<float> Memory(Value value)
    {
        PlanBuffer buffer = _builder.Of(value);
        return new Span<float>(buffer.Pointer, buffer.Length);
    }
}
