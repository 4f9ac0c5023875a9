using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>
/// A graph compiled to be run with its parameters as they are now: batch normalisation is folded into convolutions, and bias, residual
/// and ReLU are done while a convolution's results are in the cache. Later changes of the parameters have no effect.
/// </summary>
public sealed class InferencePlan : Plan
{
    private InferencePlan(PlanBuilder builder, LoweredGraph graph)
        : base(builder, graph)
    {
    }

    /// <summary>Compiles what some outputs of a graph need.</summary>
    /// <param name="outputs">The outputs to compute, at most 64; all of one graph.</param>
    /// <param name="pool">The threads to run on.</param>
    /// <param name="settings">How; by default as fast as possible, and the parameters stay.</param>
    public static InferencePlan Compile(IReadOnlyList<Value> outputs, WorkerPool pool, InferenceSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs.Count, 64, nameof(outputs));
        settings ??= new InferenceSettings();
        LoweredGraph graph = ConstantInputs.Separate(Lowering.Lower(outputs, _ => false), settings.TakeParameters);
        Dictionary<Operation, ulong> needed = Needed(graph);
        var builder = new PlanBuilder(pool, isTraining: false, settings.Memory);
        Dictionary<Parameter, int> users = graph.Operations.SelectMany(o => o.Parameters).CountBy(p => p).ToDictionary();
        foreach (Operation operation in graph.Operations)
        {
            builder.ForOutputs(needed[operation]);
            operation.EmitForward(builder);
            foreach (Parameter parameter in operation.Parameters.Where(p => --users[p] == 0 && settings.TakeParameters))
            {
                parameter.Release();
            }
        }

        return new InferencePlan(builder, graph);
    }

    /// <summary>Computes all outputs from what is in the inputs.</summary>
    public void Run() => RunSteps();

    /// <summary>Computes one output; the others are then undefined.</summary>
    /// <param name="index">Which of the outputs it was compiled for.</param>
    public void RunOnly(int index) => RunSteps(1UL << index);

    /// <summary>As <see cref="RunOnly"/>, noting each step's time.</summary>
    /// <param name="index">Which of the outputs it was compiled for.</param>
    public void Profile(int index) => ProfileSteps(1UL << index);

    /// <summary>The memory of an output, <c>[N, H, W, C]</c>; valid until the next run.</summary>
    /// <param name="index">Which of the outputs it was compiled for.</param>
    public Span<float> Output(int index) => OutputMemory(index);

    // A bit for each output that an operation has a part in.
    private static Dictionary<Operation, ulong> Needed(LoweredGraph graph)
    {
        var needed = new Dictionary<Operation, ulong>();
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            Operation producer = graph.Outputs[i].Producer;
            needed[producer] = needed.GetValueOrDefault(producer) | (1UL << i);
        }

        foreach (Operation operation in graph.Operations.Reverse())
        {
            foreach (Value input in operation.Inputs)
            {
                needed[input.Producer] = needed.GetValueOrDefault(input.Producer) | needed[operation];
            }
        }

        return needed;
    }
}
