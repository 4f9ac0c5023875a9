using System.Text.Json;
using Retort.Methods;
using Retort.Methods.Bidirectional;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.Bidirectional;

/// <summary>Our networks and losses against a PyTorch version with equal weights: Goldens/make_bidirectional.py.</summary>
public sealed class BidirectionalParityTests : IDisposable
{
    private const int Size = 64;
    private const int Batch = 2;

    private readonly WorkerPool _pool = new(2);
    private readonly JsonElement _golden;

    public BidirectionalParityTests()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Methods/Bidirectional/Goldens/bidirectional.json")));
        _golden = document.RootElement.Clone();
    }

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("both", "joined", "forward", "backward")]
    [InlineData("adapted", "forward")]
    public void Maps_and_scores_are_PyTorchs(string model, params string[] components)
    {
        BidirectionalOptions options = Options(model);
        using IScorer scorer = MethodCatalog.Get("bidirectional").CreateScorer(options, AllTensors(options), new ScorerSettings(_pool, Batch));
        FormulaTensors.Uniform("corrupted", Batch * Size * Size * 3).CopyTo(scorer.Input);
        scorer.Run(Batch, allComponents: true);
        Assert.Equal(components, scorer.Components);
        for (int component = 0; component < components.Length; component++)
        {
            JsonElement samples = _golden.GetProperty(model).GetProperty("maps").GetProperty(components[component]);
            int step = samples.GetProperty("step").GetInt32();
            int i = 0;
            foreach (JsonElement value in samples.GetProperty("values").EnumerateArray())
            {
                int index = i++ * step;
                Assert.Equal(value.GetDouble(), scorer.Map(component, index / (Size * Size))[index % (Size * Size)], 1e-4);
            }

            Assert.Equal(100, i);
            for (int picture = 0; picture < Batch; picture++)
            {
                double score = _golden.GetProperty(model).GetProperty("scores").GetProperty(components[component])[picture].GetDouble();
                Assert.Equal(score, scorer.Score(component, picture), 1e-4);
            }
        }
    }

    [Theory]
    [InlineData("both")]
    [InlineData("adapted")]
    public void Loss_gradients_and_statistics_of_a_step_are_PyTorchs(string model)
    {
        BidirectionalOptions options = Options(model);
        using var run = new BidirectionalTraining(options, Teacher(options.Backbone), Batch, 0, _pool);
        run.ImportState(AllTensors(options));
        var batch = new TrainingBatch(Batch, Size);
        FormulaTensors.Uniform("clean", batch.Clean.Length).CopyTo(batch.Clean, 0);
        FormulaTensors.Uniform("corrupted", batch.Corrupted.Length).CopyTo(batch.Corrupted, 0);
        float[] cells = FormulaTensors.Uniform("mask", Batch * 64);
        for (int i = 0; i < batch.Mask.Length; i++)
        {
            batch.Mask[i] = cells[(i / (Size * Size) * 64) + (i / Size % Size / 8 * 8) + (i % Size / 8)] > 0.4f ? 1 : 0;
        }

        // Half-way up the ramp: the golden has a weight of 0.25.
        JsonElement golden = _golden.GetProperty(model);
        double expectedLoss = golden.GetProperty("loss").GetDouble();
        Assert.Equal(expectedLoss, run.Step(0, 2, batch), 1e-4 * expectedLoss);

        var gradients = new Dictionary<string, NamedTensor>();
        int offset = 0;
        foreach (Parameter parameter in run.Plan!.Trained)
        {
            gradients.Add(parameter.Name, FileOrder(parameter, run.Plan.Gradients.Slice(offset, parameter.Length)));
            offset += parameter.Length;
        }

        Compare(golden.GetProperty("gradients"), gradients);
        Compare(golden.GetProperty("state"), run.ExportWeights().Where(t => t.Name.Contains("running", StringComparison.Ordinal) && !t.Name.StartsWith("teacher", StringComparison.Ordinal)).ToDictionary(t => t.Name));
    }

    // Relative to the tensor's own size, and not more exact than PyTorch's own float32, for some gradients are small differences of large numbers.
    private static void Compare(JsonElement golden, Dictionary<string, NamedTensor> actual)
    {
        Assert.Equal(golden.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (JsonProperty expected in golden.EnumerateObject())
        {
            double tolerance = (1e-3 * expected.Value.GetProperty("rms").GetDouble()) + (2 * expected.Value.GetProperty("float32_error").GetDouble()) + 1e-7;
            int step = expected.Value.GetProperty("step").GetInt32();
            int i = 0;
            foreach (JsonElement value in expected.Value.GetProperty("values").EnumerateArray())
            {
                float v = actual[expected.Name].Data[i++ * step];
                Assert.True(Math.Abs(value.GetDouble() - v) <= tolerance, $"{expected.Name}[{(i - 1) * step}]: {v}, PyTorch {value.GetDouble()}, tolerance {tolerance:g3}");
            }
        }
    }

    private static NamedTensor FileOrder(Parameter like, ReadOnlySpan<float> memory)
    {
        // Transposed convolutions too have filters of four extents, and one order in memory whatever these are called.
        Parameter copy = like.FileShape.Count == 4
            ? Parameter.Filter(like.Name, like.FileShape[0], like.FileShape[1], like.FileShape[2], like.FileShape[3])
            : Parameter.Vector(like.Name, like.Length);
        memory.CopyTo(copy.Data.Span);
        return copy.Export();
    }

    private static BidirectionalOptions Options(string model) => new()
    {
        Size = Size,
        Batch = Batch,
        Steps = [4],
        Backbone = model == "both" ? ResNetArchitecture.ResNet18 : ResNetArchitecture.ResNet50,
        Backward = model == "both",
        ExchangeWeight = 0.5,
        ExchangeRamp = 1,
        DiversityWeight = 0.7,
    };

    private static NamedTensor[] Teacher(ResNetArchitecture backbone) =>
        [.. backbone.Convolutions(3).SelectMany(c => new[]
        {
            FormulaTensors.Parameter($"teacher.{c.Name}.weight", [c.Outputs, c.Inputs, c.Kernel, c.Kernel]) with { Name = $"{c.Name}.weight" },
            FormulaTensors.Parameter($"teacher.{c.Name}.bias", [c.Outputs]) with { Name = $"{c.Name}.bias" },
        })];

    private NamedTensor[] AllTensors(BidirectionalOptions options)
    {
        using var run = new BidirectionalTraining(options, Teacher(options.Backbone), Batch, 0, _pool);
        return [.. run.ExportWeights().Select(t => t.Name.StartsWith("teacher.", StringComparison.Ordinal) ? FormulaTensors.Parameter(t.Name, t.Shape) : FormulaTensors.Parameter($"student.{t.Name}", t.Shape) with { Name = t.Name })];
    }
}
