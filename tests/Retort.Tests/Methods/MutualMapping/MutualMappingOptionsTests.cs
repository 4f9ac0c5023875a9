using System.Text.Json.Nodes;
using Retort.Methods;
using Retort.Methods.MutualMapping;
using Retort.Methods.ReverseDistillation;
using Retort.Networks.Weights;
using Retort.Tests.Methods.DeSTSeg;

namespace Retort.Tests.Methods.MutualMapping;

public sealed class MutualMappingOptionsTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData("mapping=off")]
    [InlineData("mapping-residual=off", "mapping-gamma=0.5")]
    [InlineData("coordinate-attention=off")]
    [InlineData("memory=off")]
    [InlineData("read-out=alone", "slots=5", "temperature=0.07", "shrink=0")]
    [InlineData("commitment=0", "entropy=0", "orthogonality=0", "shrink=1.5")]
    [InlineData("backbone=resnet50", "sigma=0", "loss=pixel")]
    public void Every_option_trains_and_inspects(params string[] settings)
    {
        MutualMappingOptions options = Options(settings);
        using var run = new MutualMappingTraining(options, FormulaTensors.Teacher(options.Backbone), MethodGolden.Batch, 1, _pool);
        for (int phase = 0; phase < options.Steps.Count; phase++)
        {
            Assert.True(double.IsFinite(run.Step(phase, 0, MethodGolden.Pictures())));
            Assert.True(double.IsFinite(run.Step(phase, 1, MethodGolden.Pictures())));
        }

        IMethod method = new MutualMappingMethod();
        MethodOptions read = method.ReadOptions((JsonObject)JsonNode.Parse(options.ToJson().ToJsonString())!);
        Assert.Equal(options.ToJson().ToJsonString(), read.ToJson().ToJsonString());
        using IScorer scorer = method.CreateScorer(read, run.ExportWeights(), new ScorerSettings(_pool));
        Assert.Equal(["distance"], scorer.Components);
        FormulaTensors.Uniform("picture", scorer.Input.Length).CopyTo(scorer.Input);
        scorer.Run(1, allComponents: true);

        // Three levels of one minus a cosine of features that are not negative.
        Assert.All(scorer.Map(0, 0).ToArray(), v => Assert.InRange(v, 0, 3));
    }

    [Theory]
    [InlineData("mapping=off", "^mapping\\.")]
    [InlineData("coordinate-attention=off", "attention\\.")]
    [InlineData("memory=off", "^memory\\.")]
    public void A_part_that_is_off_has_no_parameters_and_one_that_is_on_has(string setting, string pattern)
    {
        string[] Names(params string[] settings)
        {
            using var run = new MutualMappingTraining(Options(settings), FormulaTensors.Teacher(), 1, 1, _pool);
            return [.. run.ExportWeights().Select(t => t.Name)];
        }

        Assert.DoesNotContain(Names(setting), name => System.Text.RegularExpressions.Regex.IsMatch(name, pattern));
        Assert.Contains(Names(), name => System.Text.RegularExpressions.Regex.IsMatch(name, pattern));
    }

    [Fact]
    public void Slots_begin_as_directions_of_the_first_batchs_embeddings_and_then_train()
    {
        MutualMappingOptions options = Options("slots=3");
        using var run = new MutualMappingTraining(options, FormulaTensors.Teacher(), MethodGolden.Batch, 1, _pool);
        float[] drawn = [.. run.Parameters[MutualMappingNetwork.Slots].Data.Span];
        run.Step(0, 0, MethodGolden.Pictures());
        Assert.Equal(drawn, run.Parameters[MutualMappingNetwork.Slots].Data.Span.ToArray());
        Assert.DoesNotContain(run.Plan!.Trained, p => p.Name.StartsWith("memory.", StringComparison.Ordinal));
        run.Step(1, 0, MethodGolden.Pictures());
        Assert.Contains(run.Plan!.Trained, p => p.Name == MutualMappingNetwork.Slots);

        // Embeddings are not negative, draws are as often as not, and of length 1 / sqrt(3); a step of Adam moves a value by the learning rate.
        float[] slots = [.. run.Parameters[MutualMappingNetwork.Slots].Data.Span];
        Assert.All(slots, v => Assert.True(v >= -1.01 * options.Rate));
        Assert.All(slots.Chunk(512), slot => Assert.True(slot.Sum(v => (double)v * v) > 4));
        run.Step(1, 1, MethodGolden.Pictures());
        Assert.NotEqual(slots, run.Parameters[MutualMappingNetwork.Slots].Data.Span.ToArray());
    }

    [Fact]
    public void The_mapping_learns_from_the_first_step_on()
    {
        using var run = new MutualMappingTraining(Options(), FormulaTensors.Teacher(), MethodGolden.Batch, 1, _pool);
        Assert.All(run.Parameters["mapping.fuse2.1.weight"].Data.Span.ToArray(), v => Assert.Equal(0.1f, v));
        Assert.Equal([0f, 2, 0], run.Parameters["mapping.theta2"].Data.Span.ToArray());
        run.Step(0, 0, MethodGolden.Pictures());
        int offset = 0;
        foreach (Networks.Parameter parameter in run.Plan!.Trained)
        {
            bool moves = run.Plan.Gradients.Slice(offset, parameter.Length).ContainsAnyExcept(0f);
            Assert.True(moves || !parameter.Name.StartsWith("mapping.", StringComparison.Ordinal), parameter.Name);
            offset += parameter.Length;
        }
    }

    [Fact]
    public void Switching_the_memory_off_leaves_one_phase_of_all_steps()
    {
        MutualMappingOptions options = Options();
        options.Steps = [60, 240];
        options.Set("memory", "off");
        Assert.Equal([300], options.Steps);
        Assert.Equal(["student"], options.PhaseNames);
    }

    [Theory]
    [InlineData("colour=on", "--set colour: Mutual mapping has no such option; it has backbone, loss, rate,")]
    [InlineData("mapping=maybe", "--set mapping=maybe: give on or off.")]
    [InlineData("read-out=both", "--set read-out=both: give joined or alone.")]
    [InlineData("slots=many", "--set slots=many: give a whole number.")]
    public void An_option_that_does_not_fit_is_named(string setting, string message)
    {
        string[] parts = setting.Split('=');
        RetortException failure = Assert.Throws<RetortException>(() => new MutualMappingOptions().Set(parts[0], parts[1]));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slots=1", "--set slots=1: give a number from 2 to 4096.")]
    [InlineData("temperature=0", "--set temperature=0: give a number from 0.01 to 10.")]
    [InlineData("mapping-gamma=0", "--set mapping-gamma=0: give a number from 0.001 to 10.")]
    [InlineData("shrink=50", "--set shrink=50: no share of 50 slots is above that; give a number below 50.")]
    [InlineData("commitment=-1", "--set commitment=-1: give a number from 0 to 100.")]
    [InlineData("top=0", "--set top=0: give a number from 1 to the 4096 pixels of the map.")]
    public void A_value_out_of_range_is_named(string setting, string message) =>
        Assert.Equal(message, Assert.Throws<RetortException>(() => Options(setting)).Message);

    [Fact]
    public void A_memory_without_a_step_is_refused()
    {
        MutualMappingOptions options = Options();
        options.Steps = [10, 0];
        Assert.Equal(
            "--steps 10,0: a memory without a step holds nothing; give the second phase at least 1, or --set memory=off.",
            Assert.Throws<RetortException>(options.Validate).Message);
    }

    [Fact]
    public void The_papers_preset_has_reverse_distillations_recipe()
    {
        var options = (MutualMappingOptions)new MutualMappingMethod().CreateOptions("paper");
        var plain = (ReverseDistillationOptions)new ReverseDistillationMethod().CreateOptions("paper");
        Assert.Equal((plain.Size, plain.Batch, plain.Rate, plain.Beta1, plain.Beta2), (options.Size, options.Batch, options.Rate, options.Beta1, options.Beta2));
        Assert.Equal(plain.Steps.Sum(), options.Steps.Sum());
        Assert.Same(plain.Teacher, options.Teacher);
    }

    private static MutualMappingOptions Options(params string[] settings)
    {
        var options = new MutualMappingOptions { Backbone = ResNetArchitecture.ResNet18, Size = MethodGolden.Size, Batch = MethodGolden.Batch, Steps = [2, 2] };
        foreach (string setting in settings)
        {
            options.Set(setting.Split('=')[0], setting.Split('=')[1]);
        }

        options.Validate();
        return options;
    }
}
