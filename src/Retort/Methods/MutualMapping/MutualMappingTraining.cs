using Retort.Methods.ReverseDistillation;
using Retort.Networks;
using Retort.Networks.Optimizers;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Methods.MutualMapping;

/// <summary>
/// The student learns to give back the teacher's features of good pictures: first without a memory, then, with slots that begin as clusters of the
/// embeddings it has come to, with one. Without a memory the first is all there is.
/// </summary>
internal sealed class MutualMappingTraining : PhasedTraining
{
    private const int MemoryPhase = 1;

    private readonly MutualMappingOptions _options;
    private readonly int _batch;
    private readonly WorkerPool _pool;

    /// <summary>Begins from initial weights.</summary>
    /// <exception cref="RetortException">The teacher's tensors do not fit.</exception>
    public MutualMappingTraining(MutualMappingOptions options, IReadOnlyList<NamedTensor> teacher, int batch, ulong seed, WorkerPool pool)
        : base(options, batch, seed, pool)
    {
        _options = options;
        _batch = batch;
        _pool = pool;
        Begin(teacher, ReverseDistillationNetwork.Teacher);
    }

    /// <inheritdoc/>
    protected override TrainingPhase Describe(int phase, int batch, int size)
    {
        (Graph graph, IReadOnlyList<Value> teacher, Value embedding) = Embed(batch, size);
        IReadOnlyList<Value> memoryLosses = [];
        if (phase == MemoryPhase)
        {
            MemoryReading memory = MutualMappingNetwork.AddMemory(graph, embedding, _options, Initializer);
            memoryLosses = memory.AddLosses(graph, _options);
            embedding = memory.DecoderInput;
        }

        IReadOnlyList<Value> student = MutualMappingNetwork.AddDecoder(graph, embedding, _options, Initializer);
        return new TrainingPhase(
            [.. ReverseDistillationNetwork.AddLosses(graph, teacher, student, _options.Loss), .. memoryLosses],
            MutualMappingNetwork.IsStudents,
            plan => new Adam(plan, [new ParameterGroup(_ => true, _options.Rate)], _options.Beta1, _options.Beta2));
    }

    /// <inheritdoc/>
    protected override void BeforePhase(int phase, TrainingBatch batch)
    {
        if (phase == MemoryPhase)
        {
            (_, _, Value embedding) = Embed(_batch, _options.Size);
            using var plan = InferencePlan.Compile([embedding], _pool);
            batch.Clean.CopyTo(plan.Input("clean"));
            plan.Run();
            SlotClustering.Run(plan.Output(0), embedding.Shape.C, Parameters[MutualMappingNetwork.Slots].Data.Span);
        }
    }

    private (Graph Graph, IReadOnlyList<Value> Teacher, Value Embedding) Embed(int batch, int size)
    {
        var graph = new Graph(Parameters);
        IReadOnlyList<Value> teacher = ReverseDistillationNetwork.AddTeacher(graph, graph.Input("clean", new Shape(batch, size, size, 3)), _options.Backbone);
        return (graph, teacher, MutualMappingNetwork.AddEmbedding(graph, teacher, _options, Initializer));
    }
}
