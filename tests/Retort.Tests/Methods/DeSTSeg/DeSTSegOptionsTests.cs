using System.Text.Json.Nodes;
using Retort.Methods;
using Retort.Methods.DeSTSeg;
using Retort.Networks;

namespace Retort.Tests.Methods.DeSTSeg;

/// <summary>Every option of the paper's ablations trains and inspects, and changes what it should.</summary>
public sealed class DeSTSegOptionsTests : IDisposable
{
    private const int Size = 64;

    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("denoising=off")]
    [InlineData("encoder-decoder=off")]
    [InlineData("segmentation=off")]
    [InlineData("segmentation-input=concatenation")]
    [InlineData("segmentation-input=cosine-distance")]
    [InlineData("l1=off")]
    [InlineData("gamma=0")]
    [InlineData("top=1")]
    [InlineData("decide=student")]
    [InlineData("decide=combined")]
    [InlineData("decide=sum")]
    [InlineData("segmentation-stride=2")]
    [InlineData("decay=1", "warm-up=3")]
    [InlineData("denoising=off", "encoder-decoder=off", "segmentation=off")]
    public void Every_ablation_trains_and_inspects(params string[] settings)
    {
        DeSTSegOptions options = Options(settings);
        using var run = new DeSTSegTraining(options, FormulaTensors.Teacher(), 2, 1, _pool);
        for (int phase = 0; phase < options.Steps.Count; phase++)
        {
            Assert.True(double.IsFinite(run.Step(phase, 0, Batch())));
        }

        IMethod method = new DeSTSegMethod();
        MethodOptions read = method.ReadOptions((JsonObject)JsonNode.Parse(options.ToJson().ToJsonString())!);
        using IScorer scorer = method.CreateScorer(read, run.ExportWeights(), new ScorerSettings(_pool));
        string[] components = !options.Segmentation ? ["student"] : options.Decide switch
        {
            DecidingMap.Student => ["student", "segmentation"],
            DecidingMap.Segmentation => ["segmentation", "student"],
            DecidingMap.Sum => ["sum", "segmentation", "student"],
            _ => ["combined", "segmentation", "student"],
        };
        Assert.Equal(components, scorer.Components);
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);
        Assert.All(scorer.Map(0, 0).ToArray(), v => Assert.True(float.IsFinite(v)));
        float[] largest = [.. scorer.Map(0, 0).ToArray().OrderDescending().Take(options.Top)];
        Assert.Equal(largest.Average(v => (double)v), scorer.Score(0, 0), 1e-6);
    }

    [Theory]
    [InlineData("combined", 1.0 / 3)]
    [InlineData("sum", 1.0)]
    public void Map_of_both_is_the_probability_plus_a_power_of_the_students_map(string decide, double power)
    {
        DeSTSegOptions options = Options($"decide={decide}");
        using var run = new DeSTSegTraining(options, FormulaTensors.Teacher(), 2, 1, _pool);
        using IScorer scorer = MethodCatalog.Get("destseg").CreateScorer(options, run.ExportWeights(), new ScorerSettings(_pool));
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);
        for (int i = 0; i < Size * Size; i++)
        {
            Assert.Equal(scorer.Map(1, 0)[i] + Math.Pow(scorer.Map(2, 0)[i], power), scorer.Map(0, 0)[i], 1e-5);
        }
    }

    [Fact]
    public void Without_denoising_the_student_sees_the_clean_picture()
    {
        using var run = new DeSTSegTraining(Options("denoising=off"), FormulaTensors.Teacher(), 2, 1, _pool);
        run.Step(0, 0, Batch());
        Assert.False(run.Plan!.HasInput("corrupted"));
        using var denoising = new DeSTSegTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool);
        denoising.Step(0, 0, Batch());
        Assert.True(denoising.Plan!.HasInput("corrupted"));
    }

    [Theory]
    [InlineData("segmentation-input=product", 448)]
    [InlineData("segmentation-input=concatenation", 896)]
    [InlineData("segmentation-input=cosine-distance", 3)]
    public void The_segmentation_network_sees_what_was_asked_for(string setting, int channels)
    {
        using var run = new DeSTSegTraining(Options(setting), FormulaTensors.Teacher(), 2, 1, _pool);
        Assert.Equal(channels, run.Parameters["seg.res.0.conv1.weight"].FileShape[1]);
    }

    [Fact]
    public void The_phases_train_only_their_own_network_and_compute_no_more()
    {
        using var run = new DeSTSegTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool);
        run.Step(0, 0, Batch());
        Assert.All(run.Plan!.Trained, p => Assert.StartsWith("student.", p.Name, StringComparison.Ordinal));
        Assert.DoesNotContain(run.Plan.Steps, s => s.Name.Contains("seg.", StringComparison.Ordinal));
        Dictionary<string, float[]> before = run.ExportWeights().ToDictionary(t => t.Name, t => t.Data);
        run.Step(1, 0, Batch());
        Assert.All(run.Plan.Trained, p => Assert.StartsWith("seg.", p.Name, StringComparison.Ordinal));
        Assert.DoesNotContain(run.Plan.Steps, s => s.Name.Contains("student.", StringComparison.Ordinal) && s.Name.Contains("gradient", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Plan.Steps, s => s.Name.StartsWith("BatchNorm student.", StringComparison.Ordinal));
        foreach (Retort.Networks.Weights.NamedTensor tensor in run.ExportWeights().Where(t => !t.Name.StartsWith("seg.", StringComparison.Ordinal)))
        {
            Assert.Equal(before[tensor.Name], tensor.Data);
        }
    }

    [Fact]
    public void New_weights_begin_as_the_reference_code_has_them()
    {
        using var run = new DeSTSegTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool);
        Assert.All(run.Parameters["student.encoder.layer1.0.bn2.weight"].Data.Span.ToArray(), v => Assert.Equal(0, v));
        Assert.All(run.Parameters["student.decoder_layer1.0.bn2.weight"].Data.Span.ToArray(), v => Assert.Equal(1, v));

        // Kaiming, fan-out: variance 2 / (256 * 9); PyTorch's default: uniform within 1 / sqrt(256 * 9).
        Parameter residual = run.Parameters["seg.res.1.conv1.weight"];
        Assert.Equal(2.0 / (256 * 9), residual.Data.Span.ToArray().Average(v => (double)v * v), 2e-5);
        Parameter head = run.Parameters["seg.head.1.weight"];
        Assert.True(head.Data.Span.ToArray().Max(Math.Abs) <= 1 / Math.Sqrt(256 * 9) + 1e-9);
    }

    [Theory]
    [InlineData("colour=on", "--set colour: DeSTSeg has no such option; it has denoising,")]
    [InlineData("l1=maybe", "--set l1=maybe: give on or off.")]
    [InlineData("top=x", "--set top=x: give a whole number of pixels.")]
    [InlineData("segmentation-input=sum", "--set segmentation-input=sum: give product, concatenation or cosine-distance.")]
    public void An_option_that_does_not_fit_is_named(string setting, string message)
    {
        string[] parts = setting.Split('=');
        RetortException failure = Assert.Throws<RetortException>(() => new DeSTSegOptions().Set(parts[0], parts[1]));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 8, "--size 100: DeSTSeg takes multiples of 32")]
    [InlineData(256, 0, "--batch 0: give a number")]
    public void Sizes_that_cannot_work_are_refused(int size, int batch, string message)
    {
        var options = new DeSTSegOptions { Size = size, Batch = batch };
        Assert.StartsWith(message, Assert.Throws<RetortException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_preset_is_the_papers_recipe()
    {
        var options = (DeSTSegOptions)new DeSTSegMethod().CreateOptions("paper");
        Assert.Equal((256, 32, 100, 4.0), (options.Size, options.Batch, options.Top, options.Gamma));
        Assert.Equal([1000, 4000], options.Steps);
        Assert.Equal((0.4, 0.1, 0.01, 0.9, 1e-4), (options.StudentRate, options.ResidualRate, options.HeadRate, options.Momentum, options.WeightDecay));
        Assert.True(options is { Denoising: true, EncoderDecoder: true, Segmentation: true, L1: true, Decide: DecidingMap.Segmentation, WarmUp: 0, Decay: 0, SegmentationStride: 1, SegmentationInput: SegmentationInput.Product });
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(8, 3)]
    public void Mask_shrinks_to_the_mean_of_the_middle_four(int factor, int first)
    {
        int side = 64 / factor;
        float[] mask = [.. FormulaTensors.Uniform("quarter", 2 * 64 * 64).Select(v => v > 0 ? 1f : 0f)];
        var small = new float[2 * side * side];
        MaskPyramid.Shrink(mask, 2, 64, factor, small);
        for (int i = 0; i < small.Length; i++)
        {
            int n = i / (side * side), y = i / side % side, x = i % side;
            float At(int dy, int dx) => mask[(((n * 64) + (factor * y) + first + dy) * 64) + (factor * x) + first + dx];
            Assert.Equal((At(0, 0) + At(0, 1) + At(1, 0) + At(1, 1)) / 4 >= 0.5f ? 1 : 0, small[i]);
        }
    }

    [Fact]
    public void Rates_are_constant_unless_they_are_to_rise_or_fall()
    {
        var options = new DeSTSegOptions { Steps = [10, 100] };
        Assert.All(new[] { 0, 1, 99 }, step => Assert.Equal(1, options.RateScale(1, step)));
        options.Set("warm-up", "3");
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(step => options.RateScale(0, step)));
        options.Set("decay", "0.4");
        Assert.Equal([0.25, 1, 1, 0.75, 0.5, 0.25], new[] { 0, 5, 6, 7, 8, 9 }.Select(step => Math.Round(options.RateScale(0, step), 12)));
        Assert.Equal([1, 0.5, 0.025], new[] { 50, 80, 99 }.Select(step => Math.Round(options.RateScale(1, step), 12)));
    }

    [Fact]
    public void Rates_reach_the_optimiser()
    {
        float[] Weights(params string[] settings)
        {
            using var run = new DeSTSegTraining(Options(settings), FormulaTensors.Teacher(), 2, 1, _pool);
            run.Step(0, 0, Batch());
            return run.Parameters["student.encoder.conv1.weight"].Data.Span.ToArray();
        }

        float[] before = new DeSTSegTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool).Parameters["student.encoder.conv1.weight"].Data.Span.ToArray();
        double[] full = [.. Weights().Zip(before, (a, b) => (double)a - b)], half = [.. Weights("warm-up=1").Zip(before, (a, b) => (double)a - b)];
        Assert.Equal(full.Sum(Math.Abs) / 2, half.Sum(Math.Abs), 1e-4 * full.Sum(Math.Abs));
    }

    [Fact]
    public void Segmentation_works_at_half_resolution_with_half_the_dilations()
    {
        using var run = new DeSTSegTraining(Options("segmentation-stride=2"), FormulaTensors.Teacher(), 2, 1, _pool);
        run.Step(1, 0, Batch());
        Assert.Equal(2 * 8 * 8, run.Plan!.Input("mask").Length);
        Assert.Equal([3, 6, 9], Options("segmentation-stride=2").Rates);
        Assert.Equal([6, 12, 18], Options().Rates);
        RetortException e = Assert.Throws<RetortException>(() => Options("segmentation-stride=3"));
        Assert.Equal("--set segmentation-stride=3: give 1 or 2.", e.Message);
    }

    [Fact]
    public void Files_from_before_an_option_was_there_have_its_default()
    {
        JsonObject json = Options("warm-up=5").ToJson();
        json.Remove("warm-up");
        json.Remove("decay");
        json.Remove("segmentation-stride");
        var read = DeSTSegOptions.FromJson(json);
        Assert.Equal((0, 0.0, 1), (read.WarmUp, read.Decay, read.SegmentationStride));
        json.Remove("top");
        Assert.Equal("The DeSTSeg options lack top.", Assert.Throws<RetortException>(() => DeSTSegOptions.FromJson(json)).Message);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(1000, 100)]
    [InlineData(1000, 999)]
    public void The_mean_of_the_largest_is_the_sorted_one(int length, int count)
    {
        float[] values = [.. FormulaTensors.Uniform("largest", length).Select(v => MathF.Round(v * 20) / 20)];
        double expected = values.OrderDescending().Take(count).Average(v => (double)v);
        Assert.Equal(expected, LargestValues.Mean(values, count), 1e-6);
    }

    private static DeSTSegOptions Options(params string[] settings)
    {
        var options = new DeSTSegOptions { Size = Size, Batch = 2, Steps = [1, 1] };
        foreach (string setting in settings)
        {
            options.Set(setting.Split('=')[0], setting.Split('=')[1]);
        }

        options.Validate();
        return options;
    }

    private static TrainingBatch Batch()
    {
        var batch = new TrainingBatch(2, Size);
        FormulaTensors.Uniform("clean", batch.Clean.Length).CopyTo(batch.Clean, 0);
        FormulaTensors.Uniform("corrupted", batch.Corrupted.Length).CopyTo(batch.Corrupted, 0);
        Array.Fill(batch.Mask, 1, 1000, 1000);
        return batch;
    }
}
