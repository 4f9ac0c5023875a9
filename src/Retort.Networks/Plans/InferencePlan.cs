using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>
/// A graph compiled to be run with its parameters as they are now: batch normalisation is folded into convolutions, and bias, residual
/// and ReLU are done while a convolution's results are in the cache. Later changes of the parameters have no effect.
/// </summary>
public sealed class InferencePlan : Plan
{
    private readonly IReadOnlyList<Value> _outputs;

    private InferencePlan(PlanBuilder builder, LoweredGraph graph)
        : base(builder, graph.Operations)
    {
        _outputs = graph.Outputs;
    }

    /// <summary>Compiles what some outputs of a graph need.</summary>
    /// <param name="outputs">The outputs to compute; all of one graph.</param>
    /// <param name="pool">The threads to run on.</param>
    public static InferencePlan Compile(IReadOnlyList<Value> outputs, WorkerPool pool)
    {
        LoweredGraph graph = Lowering.Lower(outputs, _ => false);
        var builder = new PlanBuilder(pool);
        foreach (Operation operation in graph.Operations)
        {
            operation.EmitForward(builder);
        }

        foreach (Value output in graph.Outputs)
        {
            builder.KeepWholeRun(output);
        }

        return new InferencePlan(builder, graph);
    }

    /// <summary>Computes the outputs from what is in the inputs.</summary>
    public void Run() => RunSteps();

    /// <summary>As <see cref="Run"/>, noting each step's time.</summary>
    public void Profile() => ProfileSteps();

    /// <summary>The memory of an output, <c>[N, H, W, C]</c>; valid until the next run.</summary>
    /// <param name="index">Which of the outputs it was compiled for.</param>
    public Span<float> Output(int index) => Memory(_outputs[index]);
}
