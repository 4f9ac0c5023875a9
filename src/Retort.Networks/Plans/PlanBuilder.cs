using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>
/// What operations emit their steps into. The whole list of steps is known before memory is assigned, see <see cref="PlanBuffer"/>.
/// </summary>
public sealed unsafe class PlanBuilder
{
    private readonly List<PlanStep> _steps = [];
    private readonly List<PlanBuffer> _buffers = [];
    private readonly List<AlignedBuffer> _owned = [];
    private readonly List<AlignedBuffer> _borrowed = [];
    private readonly Dictionary<Value, PlanBuffer> _values = [];
    private readonly Dictionary<Value, PlanBuffer> _gradients = [];
    private readonly HashSet<Value> _needsGradient = [];
    private readonly Dictionary<Parameter, PlanBuffer> _parameterGradients = [];
    private readonly HashSet<Parameter> _written = [];
    private readonly Dictionary<Operation, PlanBuffer[]> _saved = [];

    private AlignedBuffer? _staging;
    private ulong _outputs = ulong.MaxValue;

    internal PlanBuilder(WorkerPool pool, bool isTraining, MemoryPolicy memory = MemoryPolicy.Fast) => (Pool, IsTraining, Memory) = (pool, isTraining, memory);

    /// <summary>Whether parameters may change between runs.</summary>
    public bool IsTraining { get; }

    /// <summary>What memory may be spent on.</summary>
    public MemoryPolicy Memory { get; }

    /// <summary>The threads the steps run on.</summary>
    public WorkerPool Pool { get; }

    internal IReadOnlyList<PlanStep> Steps => _steps;

    /// <summary>The memory of a value.</summary>
    public PlanBuffer Of(Value value)
    {
        if (!_values.TryGetValue(value, out PlanBuffer? buffer))
        {
            _values.Add(value, buffer = Temporary(value.Shape.Length));
        }

        return buffer;
    }

    /// <summary>Memory that lives from the first step that names it to the last.</summary>
    public PlanBuffer Temporary(long length)
    {
        var buffer = new PlanBuffer(length);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Memory that lives as long as the plan and can be used at once, zeroed.</summary>
    public PlanBuffer Persistent(long length)
    {
        var memory = new AlignedBuffer(length);
        _owned.Add(memory);
        return new PlanBuffer(length) { IsFixed = true, Pointer = memory.Pointer };
    }

    /// <summary>Memory for use while steps are emitted, until it is asked for again.</summary>
    public PlanBuffer Staging(long length)
    {
        if (_staging == null || _staging.Length < length)
        {
            _staging?.Release();
            _staging = new AlignedBuffer(length);
        }

        return new PlanBuffer(length) { IsFixed = true, Pointer = _staging.Pointer };
    }

    /// <summary>Memory that belongs to somebody else: a parameter. A plan that does not train may read it only while steps are emitted.</summary>
    public PlanBuffer Fixed(AlignedBuffer memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (IsTraining)
        {
            _borrowed.Add(memory);
        }

        return new PlanBuffer(memory.Length) { IsFixed = true, Pointer = memory.Pointer };
    }

    /// <summary>Memory that lives as long as the plan, with the values a parameter that is not trained has now.</summary>
    public PlanBuffer Copy(AlignedBuffer memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        PlanBuffer copy = Persistent(memory.Length);
        memory.Span.CopyTo(new Span<float>(copy.Pointer, copy.Length));
        return copy;
    }

    /// <summary>Keeps what an operation's forward steps leave for its gradient steps.</summary>
    public void Save(Operation operation, params PlanBuffer[] buffers) => _saved.Add(operation, buffers);

    /// <summary>What <see cref="Save"/> kept.</summary>
    public IReadOnlyList<PlanBuffer> Saved(Operation operation) => _saved[operation];

    /// <summary>Whether a parameter is trained by this plan.</summary>
    public bool Trains(Parameter parameter) => _parameterGradients.ContainsKey(parameter);

    /// <summary>Where the gradient of a trained parameter goes; it is overwritten at every run.</summary>
    /// <exception cref="ArgumentException">Another operation writes it already.</exception>
    public PlanBuffer GradientOf(Parameter parameter)
    {
        return _written.Add(parameter)
            ? _parameterGradients[parameter]
            : throw new ArgumentException($"{parameter.Name} is trained but used by two operations; only frozen parameters can be shared.");
    }

    /// <summary>Whether the gradient of a value is needed.</summary>
    public bool NeedsGradient(Value value) => _needsGradient.Contains(value);

    /// <summary>The gradient of an operation's output, complete when its own gradient steps are emitted.</summary>
    public PlanBuffer GradientOf(Value value) => _gradients[value];

    /// <summary>Where a gradient step adds its share to the gradient of an input.</summary>
    /// <param name="value">The input.</param>
    /// <param name="accumulate">Whether there is something to add to; otherwise the step overwrites.</param>
    public PlanBuffer ContributeTo(Value value, out bool accumulate)
    {
        accumulate = _gradients.TryGetValue(value, out PlanBuffer? buffer);
        if (buffer == null)
        {
            _gradients.Add(value, buffer = Temporary(value.Shape.Length));
        }

        return buffer;
    }

    /// <summary>Adds a step.</summary>
    /// <param name="name">For profiles.</param>
    /// <param name="reads">What it reads.</param>
    /// <param name="writes">What it writes, scratch memory included.</param>
    /// <param name="run">Does it. Must not allocate.</param>
    /// <param name="multiplyAdds">For profiles: see <see cref="PlanStep.MultiplyAdds"/>.</param>
    public void Step(string name, IReadOnlyList<PlanBuffer> reads, IReadOnlyList<PlanBuffer> writes, Action run, long multiplyAdds = 0)
    {
        foreach (PlanBuffer buffer in reads.Concat(writes))
        {
            buffer.Touch(_steps.Count);
        }

        _steps.Add(new PlanStep(name, run, _outputs, multiplyAdds));
    }

    /// <summary>Says which outputs of the plan need the steps that follow.</summary>
    /// <param name="outputs">A bit for each.</param>
    internal void ForOutputs(ulong outputs) => _outputs = outputs;

    /// <summary>A trained parameter whose gradient nothing computes, if there is one.</summary>
    internal Parameter? Unreached => _parameterGradients.Keys.FirstOrDefault(p => !_written.Contains(p));

    internal bool HasGradient(Value value) => _gradients.ContainsKey(value);

    internal void MarkNeedsGradient(Value value) => _needsGradient.Add(value);

    internal void SetParameterGradient(Parameter parameter, PlanBuffer gradient) => _parameterGradients.Add(parameter, gradient);

    /// <summary>Keeps a value's memory from being used for anything else from the first step to the last.</summary>
    internal void KeepWholeRun(Value value)
    {
        PlanBuffer buffer = Of(value);
        buffer.Touch(0);
        buffer.Touch(Math.Max(0, _steps.Count - 1));
    }

    /// <summary>Keeps a value's memory from the start of the run to its last reader.</summary>
    internal void KeepFromStart(Value value) => Of(value).Touch(0);

    /// <summary>Assigns memory.</summary>
    /// <returns>The memory that is the plan's, that of others which it uses, and the arena's floats.</returns>
    internal (IReadOnlyList<AlignedBuffer> Owned, IReadOnlyList<AlignedBuffer> Borrowed, long ArenaLength) Build()
    {
        PlanBuffer[] movable = [.. _buffers];
        var offsets = new long[movable.Length];
        long length = ArenaPlanner.Place(movable, offsets);
        var arena = new AlignedBuffer(length);
        for (int i = 0; i < movable.Length; i++)
        {
            movable[i].Pointer = arena.Pointer + offsets[i];
        }

        _owned.Add(arena);
        _staging?.Release();
        return (_owned, _borrowed, length);
    }
}
