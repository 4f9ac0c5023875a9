using System.Diagnostics;
using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>A compiled graph: steps in order, all memory assigned. Running it allocates nothing. Disposing gives its memory back at once.</summary>
public abstract unsafe class Plan : IDisposable
{
    // Buffers, not values: a value would keep the whole graph and its parameters in memory.
    private readonly Dictionary<string, PlanBuffer> _inputs;
    private readonly PlanBuffer[] _outputs;
    private readonly IReadOnlyList<AlignedBuffer> _owned;
    private readonly IReadOnlyList<AlignedBuffer> _borrowed;
    private PlanStep[] _steps;

    private protected Plan(PlanBuilder builder, LoweredGraph graph)
    {
        Input[] inputs = [.. graph.Operations.OfType<Input>()];
        _inputs = inputs.ToDictionary(i => i.Name, i => builder.Of(i.Output));
        _outputs = [.. graph.Outputs.Select(builder.Of)];
        foreach (Input input in inputs)
        {
            builder.KeepFromStart(input.Output);
        }

        foreach (Value output in graph.Outputs)
        {
            builder.KeepWholeRun(output);
        }

        (_owned, _borrowed, long arena) = builder.Build();
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

    /// <summary>The memory of an output or a loss.</summary>
    private protected Span<float> OutputMemory(int index) => Memory(_outputs[index]);

    /// <summary>How many outputs or losses it has.</summary>
    private protected int OutputCount => _outputs.Length;

    /// <summary>Whether the plan reads an input of that name; one that nothing needs is left out.</summary>
    public bool HasInput(string name) => _inputs.ContainsKey(name);

    /// <summary>Runs the steps that some outputs need.</summary>
    /// <param name="outputs">A bit for each.</param>
    private protected void RunSteps(ulong outputs = ulong.MaxValue)
    {
        foreach (PlanStep step in _steps)
        {
            if ((step.Outputs & outputs) != 0)
            {
                step.Run();
            }
        }

        KeepAlive();
    }

    /// <summary>As <see cref="RunSteps"/>, noting how long each took.</summary>
    private protected void ProfileSteps(ulong outputs = ulong.MaxValue)
    {
        foreach (PlanStep step in _steps)
        {
            step.Ticks = 0;
            if ((step.Outputs & outputs) == 0)
            {
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            step.Run();
            step.Ticks = Stopwatch.GetTimestamp() - start;
        }

        KeepAlive();
    }

    /// <summary>Gives the plan's memory back. It cannot be run any more.</summary>
    public virtual void Dispose()
    {
        foreach (AlignedBuffer buffer in _owned)
        {
            buffer.Release();
        }

        _steps = [];
        GC.SuppressFinalize(this);
    }

    private void KeepAlive()
    {
        GC.KeepAlive(_owned);
        GC.KeepAlive(_borrowed);
    }

    private static Span<float> Memory(PlanBuffer buffer) => new(buffer.Pointer, buffer.Length);
}
