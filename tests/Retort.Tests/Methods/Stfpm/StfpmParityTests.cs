using Retort.Methods;
using Retort.Methods.Stfpm;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.Stfpm;

/// <summary>Our networks against a PyTorch version with equal weights: Goldens/make_stfpm.py.</summary>
public sealed class StfpmParityTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);
    private readonly MethodGolden _golden = new("Stfpm/Goldens/stfpm.json");

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Maps_and_scores_are_PyTorchs()
    {
        using IScorer scorer = MethodCatalog.Get("stfpm").CreateScorer(Options(), AllTensors(), new ScorerSettings(_pool, MethodGolden.Batch));
        _golden.AssertMaps(scorer);
    }

    [Fact]
    public void A_step_is_PyTorchs()
    {
        using StfpmTraining run = Run();
        run.ImportState(AllTensors());
        _golden.AssertFirstStep(run);
    }

    private static StfpmOptions Options() => new() { Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [1] };

    private StfpmTraining Run() => new(Options(), FormulaTensors.Teacher(), MethodGolden.Batch, 0, _pool);

    private NamedTensor[] AllTensors()
    {
        using StfpmTraining run = Run();
        return [.. run.ExportWeights().Select(t => FormulaTensors.Parameter(t.Name, t.Shape))];
    }
}
