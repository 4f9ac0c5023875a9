using Retort.Methods;
using Retort.Methods.MutualMapping;
using Retort.Methods.ReverseDistillation;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.MutualMapping;

/// <summary>Our networks against a PyTorch version with equal weights, all parts and the memory alone: Goldens/make_mutual_mapping.py.</summary>
public sealed class MutualMappingParityTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("all")]
    [InlineData("memory")]
    public void Maps_and_scores_are_PyTorchs(string parts)
    {
        using IScorer scorer = MethodCatalog.Get("mutual-mapping").CreateScorer(Options(parts), AllTensors(parts), new ScorerSettings(_pool, MethodGolden.Batch));
        Golden(parts).AssertMaps(scorer);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("memory")]
    public void A_step_with_a_memory_is_PyTorchs(string parts)
    {
        using MutualMappingTraining run = Run(parts);

        // A run resumed within the phase: its slots are those of the state, not clusters.
        NamedTensor[] tensors = AllTensors(parts);
        IEnumerable<NamedTensor> moments = run.Parameters.All
            .Where(p => !p.IsStatistic && MutualMappingNetwork.IsStudents(p))
            .SelectMany(p => new[] { "mean", "square" }.Select(kind => new NamedTensor($"optimizer.{kind}.{p.Name}", [p.Length], new float[p.Length])));
        run.ImportState([.. tensors, .. moments, new NamedTensor("optimizer.phase", [1], [1]), new NamedTensor("optimizer.updates", [1], [0])]);
        Golden(parts).AssertFirstStep(run, phase: 1);
    }

    [Fact]
    public void Without_its_parts_it_is_reverse_distillation_to_the_bit()
    {
        var plain = new ReverseDistillationOptions { Backbone = ResNetArchitecture.ResNet18, Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [3] };
        var bare = new MutualMappingOptions { Backbone = ResNetArchitecture.ResNet18, Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [1, 2] };
        foreach (string part in new[] { "mapping", "coordinate-attention", "memory" })
        {
            bare.Set(part, "off");
        }

        bare.Validate();
        Assert.Equal(plain.Steps, bare.Steps);
        Assert.Equal(plain.PhaseNames, bare.PhaseNames);
        (double[] Losses, NamedTensor[] Weights, float[] Map) Train(IMethod method, MethodOptions options)
        {
            using ITrainingRun run = method.StartTraining(options, FormulaTensors.Teacher(), MethodGolden.Batch, 7, _pool);
            double[] losses = [.. Enumerable.Range(0, 3).Select(step => run.Step(0, step, MethodGolden.Pictures()))];
            NamedTensor[] weights = [.. run.ExportWeights()];
            using IScorer scorer = method.CreateScorer(options, weights, new ScorerSettings(_pool));
            FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
            scorer.Run(1, allComponents: true);
            return (losses, weights, scorer.Map(0, 0).ToArray());
        }

        (double[] losses, NamedTensor[] weights, float[] map) = Train(new ReverseDistillationMethod(), plain);
        (double[] bareLosses, NamedTensor[] bareWeights, float[] bareMap) = Train(new MutualMappingMethod(), bare);
        Assert.Equal(losses, bareLosses);
        Assert.Equal(weights.Select(w => w.Name), bareWeights.Select(w => w.Name));
        Assert.All(weights.Zip(bareWeights), pair => Assert.Equal(pair.First.Data, pair.Second.Data));
        Assert.Equal(map, bareMap);
    }

    private static MethodGolden Golden(string parts) => new("MutualMapping/Goldens/mutual_mapping.json", parts);

    private static MutualMappingOptions Options(string parts)
    {
        var options = new MutualMappingOptions { Backbone = ResNetArchitecture.ResNet18, Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [1, 1], Slots = 12 };
        if (parts == "memory")
        {
            (options.Mapping, options.CoordinateAttention, options.ReadOut) = (false, false, MemoryReadOut.Alone);
        }

        return options;
    }

    private MutualMappingTraining Run(string parts) => new(Options(parts), FormulaTensors.Teacher(), MethodGolden.Batch, 0, _pool);

    private NamedTensor[] AllTensors(string parts)
    {
        using MutualMappingTraining run = Run(parts);
        return [.. run.ExportWeights().Select(t =>
            t.Name.StartsWith(ReverseDistillationNetwork.Teacher, StringComparison.Ordinal) ? FormulaTensors.Parameter(t.Name, t.Shape)
            : t.Name == MutualMappingNetwork.Slots ? new NamedTensor(t.Name, t.Shape, FormulaTensors.Uniform($"student.{t.Name}", t.Length))
            : FormulaTensors.Student(t.Name, t.Shape))];
    }
}
