using System.Text.Json;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods;

/// <summary>What a PyTorch version of a method with one phase gives for two pictures of 64 x 64: written by <c>golden</c> of make_reverse_distillation.py.</summary>
internal sealed class MethodGolden
{
    public const int Size = 64;
    public const int Batch = 2;

    private readonly JsonElement _golden;

    /// <summary>Reads a file below Methods, or a part of it.</summary>
    public MethodGolden(string path, string? part = null)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Methods", path)));
        _golden = (part == null ? document.RootElement : document.RootElement.GetProperty(part)).Clone();
    }

    /// <summary>The pictures, as clean ones and as corrupted.</summary>
    public static TrainingBatch Pictures()
    {
        var batch = new TrainingBatch(Batch, Size);
        FormulaTensors.Uniform("clean", batch.Clean.Length).CopyTo(batch.Clean, 0);
        batch.Clean.CopyTo(batch.Corrupted, 0);
        return batch;
    }

    /// <summary>Compares the map and the scores, to 1e-4.</summary>
    public void AssertMaps(IScorer scorer)
    {
        Pictures().Clean.CopyTo(scorer.Input);
        scorer.Run(Batch, allComponents: true);
        JsonElement samples = _golden.GetProperty("map");
        int step = samples.GetProperty("step").GetInt32();
        int i = 0;
        foreach (JsonElement value in samples.GetProperty("values").EnumerateArray())
        {
            int index = i++ * step;
            float actual = scorer.Map(0, index / (Size * Size))[index % (Size * Size)];
            Assert.True(Math.Abs(value.GetDouble() - actual) <= 1e-4, $"map at {index}: {actual}, PyTorch {value.GetDouble()}");
        }

        for (int picture = 0; picture < Batch; picture++)
        {
            Assert.Equal(_golden.GetProperty("scores")[picture].GetDouble(), scorer.Score(0, picture), 1e-4);
        }
    }

    /// <summary>Compares a first step: the loss to 1e-4 of it; gradients, and the statistics and weights after it, to 1e-3 of their size.</summary>
    public void AssertFirstStep(PhasedTraining run, int phase = 0)
    {
        double expected = _golden.GetProperty("loss").GetDouble();
        Assert.Equal(expected, run.Step(phase, 0, Pictures()), 1e-4 * expected);
        var gradients = new Dictionary<string, NamedTensor>();
        int offset = 0;
        foreach (Networks.Parameter parameter in run.Plan!.Trained)
        {
            gradients.Add(parameter.Name, FileOrder(parameter, run.Plan.Gradients.Slice(offset, parameter.Length)));
            offset += parameter.Length;
        }

        Assert.Equal(_golden.GetProperty("gradients").EnumerateObject().Count(), gradients.Count);
        AssertTensors("gradients", gradients);
        AssertTensors("state", run.ExportWeights().ToDictionary(t => t.Name));
    }

    private void AssertTensors(string kind, Dictionary<string, NamedTensor> actual)
    {
        foreach (JsonProperty expected in _golden.GetProperty(kind).EnumerateObject())
        {
            AssertSamples(expected.Value, actual[expected.Name]);
        }
    }

    // Relative to the tensor's own size, for single entries may be near zero; and not more exact than PyTorch's own float32, for some
    // gradients are small differences of large numbers.
    private static void AssertSamples(JsonElement expected, NamedTensor actual)
    {
        double tolerance = (1e-3 * expected.GetProperty("rms").GetDouble()) + (2 * expected.GetProperty("float32_error").GetDouble()) + 1e-7;
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
}
