using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Methods;
using Retort.Methods.Stfpm;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.Stfpm;

public sealed class StfpmOptionsTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("rate=0.1", "momentum=0", "weight-decay=0")]
    [InlineData("top=10", "sigma=4")]
    [InlineData("backbone=resnet50", "decay=0.5", "warm-up=3")]
    public void Every_option_trains_and_inspects(params string[] settings)
    {
        StfpmOptions options = Options(settings);
        using var run = new StfpmTraining(options, FormulaTensors.Teacher(options.Backbone), 2, 1, _pool);
        Assert.InRange(run.Step(0, 0, MethodGolden.Pictures()), 0.1, 3);
        IMethod method = new StfpmMethod();
        MethodOptions read = method.ReadOptions((JsonObject)JsonNode.Parse(options.ToJson().ToJsonString())!);
        Assert.Equal(options.ToJson().ToJsonString(), read.ToJson().ToJsonString());
        using IScorer scorer = method.CreateScorer(read, run.ExportWeights(), new ScorerSettings(_pool));
        Assert.Equal(["distance"], scorer.Components);
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);
        float[] map = scorer.Map(0, 0).ToArray();
        Assert.All(map, v => Assert.InRange(v, 0, 1));
        Assert.Equal(map.OrderDescending().Take(options.Top).Average(v => (double)v), scorer.Score(0, 0), 1e-6);

        // And of those pixels alone that count, be they fewer than are asked for.
        foreach (int every in new[] { 3, map.Length / 4 })
        {
            float[] counted = [.. map.Where((_, i) => i % every == 1)];
            bool[] ignored = [.. map.Select((_, i) => i % every != 1)];
            Assert.Equal(counted.OrderDescending().Take(options.Top).Average(v => (double)v), scorer.Score(0, 0, ignored), 1e-6);
        }
    }

    [Fact]
    public void The_student_begins_as_torchvision_has_it_and_sees_clean_pictures()
    {
        using var run = new StfpmTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool);
        Assert.All(run.Parameters["student.layer1.0.bn2.weight"].Data.Span.ToArray(), v => Assert.Equal(1, v));
        run.Step(0, 0, MethodGolden.Pictures());
        Assert.False(run.Plan!.HasInput("corrupted"));
        Assert.Same(CorruptionRecipe.None, Options().Corruption);
        Assert.All(run.Plan.Trained, p => Assert.StartsWith("student.", p.Name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("loss=pixel", "--set loss: STFPM has no such option; it has backbone, rate, momentum,")]
    [InlineData("backbone=18", "--set backbone=18: give resnet18, resnet34, resnet50 or wide-resnet50-2.")]
    [InlineData("rate=fast", "--set rate=fast: give a number.")]
    public void An_option_that_does_not_fit_is_named(string setting, string message)
    {
        RetortException failure = Assert.Throws<RetortException>(() => Options(setting));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("top=0", "--set top=0: give a number from 1 to the 4096 pixels")]
    [InlineData("momentum=1", "--set momentum=1: give a number from 0 to 0.9999.")]
    public void A_value_out_of_range_is_named(string setting, string message) =>
        Assert.StartsWith(message, Assert.Throws<RetortException>(() => Options(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_papers_preset_is_the_papers_recipe()
    {
        var options = (StfpmOptions)new StfpmMethod().CreateOptions("paper");
        Assert.Equal((256, 32, 1, 0.0), (options.Size, options.Batch, options.Top, options.Sigma));
        Assert.Equal((0.4, 0.9, 1e-4), (options.Rate, options.Momentum, options.WeightDecay));
        Assert.Equal([600], options.Steps);
        Assert.Same(ResNetArchitecture.ResNet18, options.Teacher);
        Assert.Equal((0, 0.0), (options.WarmUp, options.Decay));
    }

    private static StfpmOptions Options(params string[] settings)
    {
        var options = new StfpmOptions { Size = MethodGolden.Size, Batch = 2, Steps = [4] };
        foreach (string setting in settings)
        {
            options.Set(setting.Split('=')[0], setting.Split('=')[1]);
        }

        options.Validate();
        return options;
    }
}
