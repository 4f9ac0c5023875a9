using System.Text.Json;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Tests.Methods.DeSTSeg;

/// <summary>Our networks against a PyTorch version with equal weights: Goldens/make_destseg.py.</summary>
public sealed class DeSTSegParityTests : IDisposable
{
    private const int Size = 64;
    private const int Batch = 2;

    private readonly WorkerPool _pool = new(2);
    private readonly JsonElement _golden;

    public DeSTSegParityTests()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Methods/DeSTSeg/Goldens/destseg.json")));
        _golden = document.RootElement.Clone();
    }

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(MemoryPolicy.Fast)]
    [InlineData(MemoryPolicy.Low)]
    public void Maps_and_scores_are_PyTorchs(MemoryPolicy memory)
    {
        using IScorer scorer = MethodCatalog.Get("destseg").CreateScorer(Options(), AllTensors(), new ScorerSettings(_pool, Batch, memory));
        FormulaTensors.Uniform("corrupted", Batch * Size * Size * 3).CopyTo(scorer.Input);
        scorer.Run(Batch, allComponents: true);
        for (int component = 0; component < 2; component++)
        {
            string name = scorer.Components[component];
            JsonElement samples = _golden.GetProperty($"{name}_map");
            int step = samples.GetProperty("step").GetInt32();
            int i = 0;
            foreach (JsonElement value in samples.GetProperty("values").EnumerateArray())
            {
                int index = i++ * step;
                float actual = scorer.Map(component, index / (Size * Size))[index % (Size * Size)];
                Assert.True(Math.Abs(value.GetDouble() - actual) <= 1e-4, $"{name} map at {index}: {actual}, PyTorch {value.GetDouble()}");
            }

            for (int picture = 0; picture < Batch; picture++)
            {
                Assert.Equal(_golden.GetProperty("scores").GetProperty(name)[picture].GetDouble(), scorer.Score(component, picture), 1e-4);
            }
        }
    }

    [Fact]
    public void The_map_that_decides_is_the_same_when_computed_alone()
    {
        using IScorer scorer = MethodCatalog.Get("destseg").CreateScorer(Options(), AllTensors(), new ScorerSettings(_pool, Batch));
        FormulaTensors.Uniform("corrupted", Batch * Size * Size * 3).CopyTo(scorer.Input);
        scorer.Run(Batch, allComponents: true);
        float[] expected = scorer.Map(0, 1).ToArray();
        scorer.Run(Batch, allComponents: false);
        Assert.Equal(expected, scorer.Map(0, 1).ToArray());
    }

    [Fact]
    public void A_step_of_the_student_phase_is_PyTorchs() => StepAgrees("phase1", 0);

    [Fact]
    public void A_step_of_the_segmentation_phase_is_PyTorchs() => StepAgrees("phase2", 1);

    private void StepAgrees(string name, int phase)
    {
        DeSTSegOptions options = Options();
        using var run = new DeSTSegTraining(options, FormulaTensors.Teacher(), Batch, 0, _pool);
        run.ImportState(AllTensors());
        var batch = new TrainingBatch(Batch, Size);
        FormulaTensors.Uniform("clean", batch.Clean.Length).CopyTo(batch.Clean, 0);
        FormulaTensors.Uniform("corrupted", batch.Corrupted.Length).CopyTo(batch.Corrupted, 0);
        float[] cells = FormulaTensors.Uniform("mask", Batch * 64);
        for (int i = 0; i < batch.Mask.Length; i++)
        {
            int cell = Size / 8;
            batch.Mask[i] = cells[(i / (Size * Size) * 64) + (i / Size % Size / cell * 8) + (i % Size / cell)] > 0.4f ? 1 : 0;
        }

        JsonElement golden = _golden.GetProperty(name);
        double loss = run.Step(phase, 0, batch);
        double expectedLoss = golden.GetProperty("loss").GetDouble();
        Assert.Equal(expectedLoss, loss, 1e-4 * expectedLoss);

        var gradients = new Dictionary<string, NamedTensor>();
        int offset = 0;
        foreach (Networks.Parameter parameter in run.Plan!.Trained)
        {
            gradients.Add(parameter.Name, FileOrder(parameter, run.Plan.Gradients.Slice(offset, parameter.Length)));
            offset += parameter.Length;
        }

        JsonElement expectedGradients = golden.GetProperty("gradients");
        Assert.Equal(expectedGradients.EnumerateObject().Count(), gradients.Count);
        foreach (JsonProperty expected in expectedGradients.EnumerateObject())
        {
            // A ReLU whose input is within rounding of zero may switch and move all gradients below it by percents: PyTorch's own
            // float32 differs as much from its float64. Each operation alone is held to 1e-3 and better in its own tests.
            AssertSamples(expected.Value, gradients[expected.Name], 5e-2);
        }

        Dictionary<string, NamedTensor> state = run.ExportWeights().ToDictionary(t => t.Name);
        foreach (JsonProperty expected in golden.GetProperty("state").EnumerateObject())
        {
            AssertSamples(expected.Value, state[expected.Name], 1e-3);
        }
    }

    // Relative to the tensor's own size, for single entries may be near zero; and not more exact than PyTorch's own float32, for some
    // gradients are small differences of large numbers.
    private static void AssertSamples(JsonElement expected, NamedTensor actual, double relative)
    {
        double tolerance = (relative * expected.GetProperty("rms").GetDouble()) + (2 * expected.GetProperty("float32_error").GetDouble()) + 1e-7;
        int step = expected.GetProperty("step").GetInt32();
        int i = 0;
        foreach (JsonElement value in expected.GetProperty("values").EnumerateArray())
        {
            float v = actual.Data[i++ * step];
            Assert.True(Math.Abs(value.GetDouble() - v) <= tolerance, $"{actual.Name}[{(i - 1) * step}]: {v}, PyTorch {value.GetDouble()}, tolerance {tolerance:g3}");
        }
    }

    private static NamedTensor FileOrder(Networks.Parameter like, ReadOnlySpan<float> memory)
    {
        Networks.Parameter copy = like.FileShape.Count == 4
            ? Networks.Parameter.Filter(like.Name, like.FileShape[0], like.FileShape[1], like.FileShape[2], like.FileShape[3])
            : Networks.Parameter.Vector(like.Name, like.Length);
        memory.CopyTo(copy.Data.Span);
        return copy.Export();
    }

    private static DeSTSegOptions Options() => new() { Size = Size, Batch = Batch, Steps = [1, 1] };

    private NamedTensor[] AllTensors()
    {
        using var run = new DeSTSegTraining(Options(), FormulaTensors.Teacher(), Batch, 0, _pool);
        return [.. run.ExportWeights().Select(t => FormulaTensors.Parameter(t.Name, t.Shape))];
    }
}
