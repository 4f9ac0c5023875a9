using Retort.Numerics;

namespace Retort.Networks.Plans;

/// <summary>
/// A graph compiled for training: forward, losses, backward, in one list of steps. Which parameters train is a property of the plan;
/// what is frozen is compiled as for inference, and no gradient is computed that no trained parameter needs.
/// </summary>
/// <remarks>
/// Between backward and update the gradients of all trained parameters lie in one flat buffer, <see cref="Gradients"/>, in the order
/// of <see cref="Trained"/>.
/// </remarks>
public sealed unsafe class TrainingPlan : Plan
{
    private readonly AlignedBuffer _gradients;

    private TrainingPlan(PlanBuilder builder, LoweredGraph graph, IReadOnlyList<Parameter> trained, AlignedBuffer gradients)
        : base(builder, graph)
    {
        Trained = trained;
        _gradients = gradients;
    }

    /// <summary>The parameters the plan trains.</summary>
    public IReadOnlyList<Parameter> Trained { get; }

    /// <summary>The gradients of the last step: those of <see cref="Trained"/> one after the other, each in its memory order.</summary>
    public Span<float> Gradients => _gradients.Span;

    internal float* GradientPointer => _gradients.Pointer;

    /// <summary>Compiles a sum of losses.</summary>
    /// <param name="losses">Scalars <c>[1, 1, 1, 1]</c> of one graph; their sum is trained.</param>
    /// <param name="trains">Which parameters train.</param>
    /// <param name="pool">The threads to run on.</param>
    /// <exception cref="ArgumentException">
    /// A loss is not a scalar, no trained parameter has an influence on them, or a trained parameter is used by two operations or gets no gradient.
    /// </exception>
    public static TrainingPlan Compile(IReadOnlyList<Value> losses, Func<Parameter, bool> trains, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.FirstOrDefault(l => l.Shape.Length != 1) is Value large)
        {
            throw new ArgumentException($"A loss must be a scalar, not {large.Shape}.", nameof(losses));
        }

        LoweredGraph graph = Lowering.Lower(losses, trains);
        Parameter[] trained = [.. graph.Operations.SelectMany(o => o.Parameters).Where(p => !p.IsStatistic && trains(p)).Distinct()];
        if (trained.Length == 0)
        {
            throw new ArgumentException("Nothing the losses depend on is trained.", nameof(trains));
        }

        var builder = new PlanBuilder(pool, isTraining: true);
        var gradients = new AlignedBuffer(trained.Sum(p => (long)p.Length));
        long offset = 0;
        foreach (Parameter parameter in trained)
        {
            builder.SetParameterGradient(parameter, new PlanBuffer(parameter.Length) { IsFixed = true, Pointer = gradients.Pointer + offset });
            offset += parameter.Length;
        }

        foreach (Operation operation in graph.Operations)
        {
            if (operation.Parameters.Any(builder.Trains) || operation.Inputs.Any(builder.NeedsGradient))
            {
                builder.MarkNeedsGradient(operation.Output);
            }
        }

        foreach (Operation operation in graph.Operations)
        {
            operation.EmitForward(builder);
        }

        foreach (Value loss in graph.Outputs.Where(builder.NeedsGradient))
        {
            PlanBuffer gradient = builder.ContributeTo(loss, out bool accumulate);
            builder.Step("loss gradient", [], [gradient], () => *gradient.Pointer = accumulate ? *gradient.Pointer + 1 : 1);
        }

        foreach (Operation operation in graph.Operations.Reverse())
        {
            if (builder.NeedsGradient(operation.Output) && builder.HasGradient(operation.Output))
            {
                operation.EmitBackward(builder);
            }
        }

        if (builder.Unreached is Parameter lost)
        {
            throw new ArgumentException($"{lost.Name} is trained but gets no gradient; train it together with the rest of its layer, or freeze it.", nameof(trains));
        }

        return new TrainingPlan(builder, graph, trained, gradients);
    }

    /// <summary>Computes the losses and the gradients from what is in the inputs. Batch normalisation that trains updates its statistics.</summary>
    /// <returns>The sum of the losses.</returns>
    public double Step()
    {
        RunSteps();
        double sum = 0;
        for (int i = 0; i < OutputCount; i++)
        {
            sum += OutputMemory(i)[0];
        }

        return sum;
    }

    /// <summary>As <see cref="Step"/>, noting each step's time.</summary>
    public void Profile() => ProfileSteps();

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _gradients.Release();
    }

    /// <summary>One of the losses of the last step.</summary>
    public double Loss(int index) => OutputMemory(index)[0];
}
