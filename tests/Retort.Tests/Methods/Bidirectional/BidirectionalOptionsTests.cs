using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Methods;
using Retort.Methods.Bidirectional;
using Retort.Networks;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.Bidirectional;

/// <summary>Every part can be left out, and is then not computed.</summary>
public sealed class BidirectionalOptionsTests : IDisposable
{
    private const int Size = 64;

    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("clean corrupted exchange normal anomalous", "joined forward backward")]
    [InlineData("clean corrupted anomalous", "forward", "backward=off")]
    [InlineData("clean corrupted anomalous", "backward", "forward=off")]
    [InlineData("clean corrupted anomalous", "joined forward backward", "exchange=off")]
    [InlineData("clean corrupted exchange normal", "joined forward backward", "diversity=off")]
    [InlineData("clean exchange normal", "joined forward backward", "augmentation=off")]
    [InlineData("clean", "forward", "augmentation=off", "backward=off")]
    [InlineData("clean", "backward", "augmentation=off", "forward=off")]
    [InlineData("clean corrupted", "backward", "forward=off", "diversity=off", "sigma=0", "top=7")]
    public void Every_ablation_trains_on_what_it_needs_and_inspects(string inputs, string components, params string[] settings)
    {
        BidirectionalOptions options = Options(settings);
        using var run = new BidirectionalTraining(options, FormulaTensors.Teacher(), 2, 1, _pool);
        Assert.True(double.IsFinite(run.Step(0, 0, Batch())));
        string[] all = ["clean", "corrupted", "exchange", "normal1", "normal2", "normal3", "anomalous1", "anomalous2", "anomalous3"];
        Assert.Equal(all.Where(i => inputs.Split(' ').Contains(i.TrimEnd('1', '2', '3'))), all.Where(run.Plan!.HasInput));
        Assert.Equal(options.Forward, run.Plan!.Trained.Any(p => p.Name.StartsWith("forward.", StringComparison.Ordinal)));
        Assert.Equal(options.Backward, run.Plan.Trained.Any(p => p.Name.StartsWith("backward.", StringComparison.Ordinal)));
        Assert.DoesNotContain(run.Plan.Trained, p => p.Name.StartsWith("teacher.", StringComparison.Ordinal));

        IMethod method = new BidirectionalMethod();
        MethodOptions read = method.ReadOptions((JsonObject)JsonNode.Parse(options.ToJson().ToJsonString())!);
        using IScorer scorer = method.CreateScorer(read, run.ExportWeights(), new ScorerSettings(_pool));
        Assert.Equal(components.Split(' '), scorer.Components);
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);
        float[] map = scorer.Map(0, 0).ToArray();
        Assert.Equal(map.OrderDescending().Take(options.Top).Average(v => (double)v), scorer.Score(0, 0), 1e-6);
        if (scorer.Components.Count == 3)
        {
            Assert.All(Enumerable.Range(0, map.Length), i => Assert.Equal(scorer.Map(1, 0)[i] + scorer.Map(2, 0)[i], map[i], 1e-5));
        }
    }

    [Fact]
    public void Each_student_has_its_own_learning_rate()
    {
        using var run = new BidirectionalTraining(Options("forward-rate=0", "backward-rate=0.01"), FormulaTensors.Teacher(), 2, 1, _pool);
        float[] Values(string name) => run.ExportWeights().Single(t => t.Name == name).Data.ToArray();
        float[] forward = Values("forward.layer2.0.conv1.weight"), backward = Values("backward.bn.conv1.weight");
        run.Step(0, 0, Batch());
        Assert.Equal(forward, Values("forward.layer2.0.conv1.weight"));

        // The first step of Adam is the rate, to within its epsilon, whatever the gradient.
        float[] changed = Values("backward.bn.conv1.weight");
        Assert.InRange(changed.Zip(backward, (a, b) => Math.Abs(a - b)).Average(), 0.0095, 0.0101);
    }

    [Fact]
    public void The_exchange_rises_over_the_first_fifth_of_the_steps()
    {
        BidirectionalOptions options = Options("exchange-weight=0.4");
        options.Steps = [50];
        Assert.Equal([0, 0.04, 0.2, 0.36, 0.4, 0.4, 0.4], new[] { 0, 1, 5, 9, 10, 11, 49 }.Select(options.ExchangeWeightAt), (a, b) => Math.Abs(a - b) < 1e-12);
        options.ExchangeRamp = 0;
        Assert.Equal(0.4, options.ExchangeWeightAt(0));

        // Three losses of each student come first, then three of the exchange.
        double ExchangeLoss(int step)
        {
            using var run = new BidirectionalTraining(Options("exchange-weight=0.4", "exchange-ramp=1"), FormulaTensors.Teacher(), 2, 1, _pool);
            run.Step(0, step, Batch());
            return run.Plan!.Loss(6) + run.Plan.Loss(7) + run.Plan.Loss(8);
        }

        Assert.Equal(0, ExchangeLoss(0));
        double first = ExchangeLoss(1);
        Assert.InRange(first, 0.01, 0.6);
        Assert.Equal(3 * first, ExchangeLoss(3), 1e-5);
    }

    [Fact]
    public void Samples_are_made_as_the_options_say()
    {
        Assert.Equal(new SimulationRecipe(), new BidirectionalOptions().Corruption);
        Assert.Equal(new SimulationRecipe { Foreground = false, CleanShare = 0.2 }, Options("foreground=off", "clean-share=0.2").Corruption);
        Assert.Same(CorruptionRecipe.None, Options("augmentation=off").Corruption);
    }

    [Theory]
    [InlineData("forward=off", "--set forward=off: with backward=off there is no student left; leave one of them on.", "backward=off")]
    [InlineData("forward=yes", "--set forward=yes: give on or off.")]
    [InlineData("margin=3", "--set margin=3: give a number from 0 to 2.")]
    [InlineData("exchange-ramp=2", "--set exchange-ramp=2: give a number from 0 to 1.")]
    [InlineData("exchange-weight=much", "--set exchange-weight=much: give a number.")]
    [InlineData("top=0", "--set top=0: give a number from 1 to the 4096 pixels of the map.")]
    [InlineData("sideways=on", "--set sideways: Bidirectional distillation has no such option; it has backbone, forward, backward, exchange, diversity, augmentation, foreground, exchange-weight, exchange-ramp, diversity-weight, margin, clean-share, forward-rate, backward-rate, beta1, beta2, sigma, top, warm-up, decay.")]
    public void Options_that_do_not_fit_are_refused_by_name(string setting, string message, params string[] others) =>
        Assert.Equal(message, Assert.Throws<RetortException>(() => Options([.. others, setting])).Message);

    [Fact]
    public void A_teacher_of_another_network_is_refused()
    {
        BidirectionalOptions options = Options("backbone=resnet50");
        RetortException e = Assert.Throws<RetortException>(() => new BidirectionalTraining(options, FormulaTensors.Teacher(), 2, 1, _pool));
        Assert.StartsWith("The teacher is not a folded resnet50: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_are_of_the_catalogue()
    {
        IMethod method = MethodCatalog.Get("bidirectional");
        Assert.Equal(ResNetArchitecture.WideResNet50x2, method.CreateOptions("paper").Teacher);
        Assert.Equal(ResNetArchitecture.ResNet18, method.CreateOptions("quick").Teacher);
        foreach (string preset in new[] { "quick", "balanced", "paper" })
        {
            method.CreateOptions(preset).Validate();
        }

        Assert.Throws<RetortException>(() => method.CreateOptions("best"));
    }

    private static BidirectionalOptions Options(params string[] settings)
    {
        var options = new BidirectionalOptions { Size = Size, Batch = 2, Steps = [4], Backbone = ResNetArchitecture.ResNet18 };
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
        Array.Fill(batch.Mask, 1, 1000, 1200);
        return batch;
    }
}
