using Retort.Methods;
using Retort.Methods.ReverseDistillation;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.ReverseDistillation;

/// <summary>Our networks against a PyTorch version with equal weights, basic blocks and bottlenecks: Goldens/make_reverse_distillation.py.</summary>
public sealed class ReverseDistillationParityTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Maps_and_scores_are_PyTorchs(string backbone)
    {
        using IScorer scorer = MethodCatalog.Get("reverse-distillation").CreateScorer(Options(backbone), AllTensors(backbone), new ScorerSettings(_pool, MethodGolden.Batch));
        Golden(backbone).AssertMaps(scorer);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void A_step_is_PyTorchs(string backbone)
    {
        using ReverseDistillationTraining run = Run(backbone);
        run.ImportState(AllTensors(backbone));
        Golden(backbone).AssertFirstStep(run);
    }

    private static MethodGolden Golden(string backbone) => new("ReverseDistillation/Goldens/reverse_distillation.json", backbone);

    private static ReverseDistillationOptions Options(string backbone)
    {
        var options = new ReverseDistillationOptions { Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [1] };
        options.Set("backbone", backbone);
        return options;
    }

    private ReverseDistillationTraining Run(string backbone) =>
        new(Options(backbone), FormulaTensors.Teacher(Options(backbone).Backbone), MethodGolden.Batch, 0, _pool);

    private NamedTensor[] AllTensors(string backbone)
    {
        using ReverseDistillationTraining run = Run(backbone);
        return [.. run.ExportWeights().Select(t => t.Name.StartsWith(ReverseDistillationNetwork.Teacher, StringComparison.Ordinal)
            ? FormulaTensors.Parameter(t.Name, t.Shape)
            : FormulaTensors.Student(t.Name, t.Shape))];
    }
}
