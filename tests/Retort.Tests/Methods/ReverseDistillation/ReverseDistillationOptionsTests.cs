using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Methods;
using Retort.Methods.ReverseDistillation;
using Retort.Networks;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.ReverseDistillation;

public sealed class ReverseDistillationOptionsTests : IDisposable
{
    private const int Size = MethodGolden.Size;

    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("loss=pixel", "top=10", "sigma=0")]
    [InlineData("rate=0.001", "beta1=0.9", "beta2=0.99", "decay=0.5", "warm-up=3")]
    public void Every_option_trains_and_inspects(params string[] settings)
    {
        ReverseDistillationOptions options = Options(settings);
        using var run = new ReverseDistillationTraining(options, FormulaTensors.Teacher(options.Backbone), 2, 1, _pool);
        Assert.True(double.IsFinite(run.Step(0, 0, MethodGolden.Pictures())));
        IMethod method = new ReverseDistillationMethod();
        MethodOptions read = method.ReadOptions((JsonObject)JsonNode.Parse(options.ToJson().ToJsonString())!);
        Assert.Equal(options.ToJson().ToJsonString(), read.ToJson().ToJsonString());
        using IScorer scorer = method.CreateScorer(read, run.ExportWeights(), new ScorerSettings(_pool));
        Assert.Equal(["distance"], scorer.Components);
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);
        float[] map = scorer.Map(0, 0).ToArray();

        // Three levels of one minus a cosine of features that are not negative.
        Assert.All(map, v => Assert.InRange(v, 0, 3));
        Assert.Equal(map.OrderDescending().Take(options.Top).Average(v => (double)v), scorer.Score(0, 0), 1e-6);
    }

    [Theory]
    [InlineData(CosineOver.Pixel, 4)]
    [InlineData(CosineOver.Picture, 2 * 3 * 4)]
    public void Loss_is_the_mean_over_pictures_and_pixels_of_one_minus_the_cosine(CosineOver over, int length)
    {
        var graph = new Graph(new ParameterSet());
        var shape = new Shape(2, 2, 3, 4);
        float[] t = FormulaTensors.Uniform("t", (int)shape.Length), s = FormulaTensors.Uniform("s", (int)shape.Length);
        IReadOnlyList<Value> losses = ReverseDistillationNetwork.AddLosses(graph, [graph.Input("t", shape)], [graph.Input("s", shape)], over);
        using var plan = InferencePlan.Compile(losses, _pool);
        t.CopyTo(plan.Input("t"));
        s.CopyTo(plan.Input("s"));
        plan.Run();
        static double Dot(IEnumerable<float> a, IEnumerable<float> b) => a.Zip(b, (x, y) => (double)x * y).Sum();
        double expected = t.Chunk(length).Zip(s.Chunk(length), (a, b) => 1 - (Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b)))).Average();
        Assert.Equal(expected, plan.Output(0)[0], 1e-6);
    }

    [Fact]
    public void A_step_trains_the_student_alone_on_clean_pictures()
    {
        using var run = new ReverseDistillationTraining(Options(), FormulaTensors.Teacher(), 2, 1, _pool);
        Dictionary<string, float[]> before = run.ExportWeights().ToDictionary(t => t.Name, t => t.Data);
        run.Step(0, 0, MethodGolden.Pictures());
        Assert.False(run.Plan!.HasInput("corrupted"));
        Assert.Same(CorruptionRecipe.None, Options().Corruption);
        Assert.All(run.Plan.Trained, p => Assert.Matches("^(bn|decoder)\\.", p.Name));
        Assert.DoesNotContain(run.Plan.Steps, s => s.Name.Contains("teacher.", StringComparison.Ordinal) && s.Name.Contains("gradient", StringComparison.Ordinal));
        foreach (NamedTensor tensor in run.ExportWeights())
        {
            bool isTeachers = tensor.Name.StartsWith("teacher.", StringComparison.Ordinal);
            Assert.True(isTeachers == before[tensor.Name].SequenceEqual(tensor.Data), tensor.Name);
        }
    }

    [Theory]
    [InlineData("colour=on", "--set colour: Reverse distillation has no such option; it has backbone, loss, rate,")]
    [InlineData("backbone=vgg", "--set backbone=vgg: give resnet18, resnet34, resnet50 or wide-resnet50-2.")]
    [InlineData("loss=sum", "--set loss=sum: give picture or pixel.")]
    [InlineData("top=x", "--set top=x: give a whole number of pixels.")]
    [InlineData("sigma=wide", "--set sigma=wide: give a number.")]
    public void An_option_that_does_not_fit_is_named(string setting, string message)
    {
        string[] parts = setting.Split('=');
        RetortException failure = Assert.Throws<RetortException>(() => new ReverseDistillationOptions().Set(parts[0], parts[1]));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("top=0", "--set top=0: give a number from 1 to the 4096 pixels")]
    [InlineData("sigma=65", "--set sigma=65: give a number from 0 to 64.")]
    [InlineData("beta1=1", "--set beta1=1: give a number from 0 to 0.9999.")]
    [InlineData("rate=-1", "--set rate=-1: give a number from 0 to 100.")]
    public void A_value_out_of_range_is_named(string setting, string message) =>
        Assert.StartsWith(message, Assert.Throws<RetortException>(() => Options(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_teacher_of_another_network_is_refused()
    {
        RetortException e = Assert.Throws<RetortException>(() => new ReverseDistillationTraining(Options("backbone=resnet50"), FormulaTensors.Teacher(), 2, 1, _pool));
        Assert.StartsWith("The teacher is not a folded resnet50: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_preset_is_the_papers_recipe()
    {
        var options = (ReverseDistillationOptions)new ReverseDistillationMethod().CreateOptions("paper");
        Assert.Equal((256, 16, 1, 4.0), (options.Size, options.Batch, options.Top, options.Sigma));
        Assert.Equal((0.005, 0.5, 0.999), (options.Rate, options.Beta1, options.Beta2));
        Assert.Equal([2600], options.Steps);
        Assert.Same(ResNetArchitecture.WideResNet50x2, options.Teacher);
        Assert.True(options is { Loss: CosineOver.Picture, WarmUp: 0, Decay: 0 });
    }

    private static ReverseDistillationOptions Options(params string[] settings)
    {
        var options = new ReverseDistillationOptions { Backbone = ResNetArchitecture.ResNet18, Size = Size, Batch = 2, Steps = [4] };
        foreach (string setting in settings)
        {
            options.Set(setting.Split('=')[0], setting.Split('=')[1]);
        }

        options.Validate();
        return options;
    }
}
