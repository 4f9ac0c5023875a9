using System.Text.Json;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Weights;

public class TorchvisionResNetTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("wide_resnet50_2")]
    public void Architectures_have_the_convolutions_of_torchvision(string name)
    {
        using JsonDocument golden = OpenGolden();
        JsonProperty[] expected = [.. golden.RootElement.GetProperty("convolutions").GetProperty(name).EnumerateObject()];

        IReadOnlyList<ResNetConvolution> convolutions = ResNetArchitecture.All.Single(a => a.Name == name).Convolutions(4);

        Assert.Equal(expected.Select(p => p.Name), convolutions.Select(c => c.Name));
        for (int i = 0; i < expected.Length; i++)
        {
            ResNetConvolution c = convolutions[i];
            Assert.Equal(expected[i].Value.EnumerateArray().Select(e => e.GetInt32()), [c.Outputs, c.Inputs, c.Kernel, c.Kernel, c.Stride]);
        }
    }

    [Fact]
    public void Folding_equals_PyTorch_in_double_precision()
    {
        using JsonDocument golden = OpenGolden();

        IReadOnlyList<NamedTensor> folded = TorchvisionResNet.FoldTrunk(MakeStateDict(ResNetArchitecture.ResNet18, 4));

        JsonProperty[] expected = [.. golden.RootElement.GetProperty("folded_resnet18").EnumerateObject()];
        Assert.Equal(expected.SelectMany(p => new[] { $"{p.Name}.weight", $"{p.Name}.bias" }), folded.Select(t => t.Name));
        for (int i = 0; i < expected.Length; i++)
        {
            JsonElement e = expected[i].Value;
            float[] weight = folded[2 * i].Data;
            AssertNear(e.GetProperty("weight"), e.GetProperty("at").EnumerateArray().Select(at => weight[at.GetInt32()]));
            AssertNear(e.GetProperty("bias"), folded[(2 * i) + 1].Data.Take(8));

            // Errors of rounding to float: at most 2^-24 of each value, and they do not all have one sign.
            double tolerance = weight.Sum(w => Math.Abs((double)w)) * 1e-8;
            Assert.Equal(e.GetProperty("weight_sum").GetDouble(), weight.Sum(w => (double)w), tolerance);
            Assert.Equal(e.GetProperty("bias_sum").GetDouble(), folded[(2 * i) + 1].Data.Sum(b => (double)b), 1e-4);
        }
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("state_dict.")]
    [InlineData("model.module.")]
    public void Prefixes_of_training_checkpoints_are_dropped(string prefix)
    {
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet18, 1);
        NamedTensor[] wrapped = [.. state.Select(t => t with { Name = prefix + t.Name }), new("optimizer.state.0.step", [], [1])];

        IReadOnlyList<NamedTensor> folded = TorchvisionResNet.FoldTrunk(wrapped, 1);

        AssertSame(TorchvisionResNet.FoldTrunk(state, 1), folded);
    }

    [Theory]
    [InlineData("backbone.")]
    [InlineData("teacher_net.encoder.")]
    public void Any_other_prefix_is_dropped_if_there_is_one_network(string prefix)
    {
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet18, 1);
        NamedTensor[] wrapped = [.. state.Select(t => t with { Name = prefix + t.Name }), new("head.conv1.weight", [8, 64, 3, 3], [])];

        AssertSame(TorchvisionResNet.FoldTrunk(state, 1), TorchvisionResNet.FoldTrunk(wrapped, 1));
    }

    [Fact]
    public void Several_networks_in_one_file_are_refused_by_name()
    {
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet18, 1);
        NamedTensor[] two = [.. state.Select(t => t with { Name = "a." + t.Name }), .. state.Select(t => t with { Name = "b." + t.Name })];

        var e = Assert.Throws<WeightFileException>(() => TorchvisionResNet.Recognise(two, 1, "'r.pth'"));

        Assert.Equal("'r.pth' holds 2 networks (a.conv1.weight, b.conv1.weight); give the state dict of one of them alone.", e.Message);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_network_is_recognised_folded_or_not(string name)
    {
        ResNetArchitecture architecture = ResNetArchitecture.All.Single(a => a.Name == name);
        NamedTensor[] state = MakeStateDict(architecture, 3);

        Assert.Equal(architecture, TorchvisionResNet.Recognise(state));
        Assert.Equal(architecture, TorchvisionResNet.Recognise(TorchvisionResNet.FoldTrunk(state, architecture)));
    }

    [Fact]
    public void A_network_of_other_depth_or_width_is_not_taken_for_one_of_ours()
    {
        // ResNet-101's layer3 has the blocks of ResNet-50's, and more; ResNeXt's groups make filters thinner.
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet50, 3);
        NamedTensor[] deeper = [.. state, new("layer3.6.conv1.weight", [256, 1024, 1, 1], [])];
        NamedTensor[] grouped = [.. state.Select(t => t.Name == "layer2.1.conv2.weight" ? new NamedTensor(t.Name, [128, 4, 3, 3], []) : t)];
        foreach (NamedTensor[] other in (NamedTensor[][])[deeper, grouped])
        {
            var e = Assert.Throws<WeightFileException>(() => TorchvisionResNet.Recognise(other, 3, "'r.pth'"));
            Assert.Equal("'r.pth' holds the state dict of none of resnet18, resnet34, resnet50, wide_resnet50_2; give one of torchvision's or timm's networks of these names.", e.Message);
        }

        var more = Assert.Throws<WeightFileException>(() => TorchvisionResNet.FoldTrunk(MakeStateDict(ResNetArchitecture.ResNet34, 3), ResNetArchitecture.ResNet18, 3, "'r.pth'"));
        Assert.Equal("'r.pth' holds layer1.2.conv1.weight, which resnet18 does not have; give the state dict of a resnet18 of torchvision or timm.", more.Message);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_folded_trunk_passes_through_unchanged(string name)
    {
        ResNetArchitecture architecture = ResNetArchitecture.All.Single(a => a.Name == name);
        IReadOnlyList<NamedTensor> folded = TorchvisionResNet.FoldTrunk(MakeStateDict(architecture, 2), architecture, 2);

        AssertSame(folded, TorchvisionResNet.FoldTrunk(folded, architecture, 2));
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_shape()
    {
        NamedTensor[] state = [.. MakeStateDict(ResNetArchitecture.ResNet18, 3).Where(t => t.Name != "layer2.0.downsample.1.running_mean")];

        var e = Assert.Throws<WeightFileException>(() => TorchvisionResNet.FoldTrunk(state, ResNetArchitecture.ResNet18, 3, "'r.pth'"));

        Assert.Equal("'r.pth' lacks the tensor layer2.0.downsample.1.running_mean [128]; give the state dict of a resnet18 of torchvision or timm.", e.Message);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both()
    {
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet50, 1);

        var e = Assert.Throws<WeightFileException>(() => TorchvisionResNet.FoldTrunk(state, ResNetArchitecture.ResNet18, 1, "'r.pth'"));

        Assert.Equal("'r.pth' holds layer1.0.conv1.weight as [64, 64, 1, 1] where resnet18 has [64, 64, 3, 3]; give the state dict of a resnet18 of torchvision or timm.", e.Message);
    }

    [Theory]
    [InlineData("bn1.running_var", -0.5f, "bn1.running_var")]
    [InlineData("bn1.running_var", float.NaN, "bn1.running_var")]
    [InlineData("conv1.weight", float.PositiveInfinity, "conv1.weight")]
    [InlineData("bn1.bias", float.NaN, "conv1.bias")]
    public void Values_that_make_no_sense_are_refused(string name, float value, string named)
    {
        NamedTensor[] state = MakeStateDict(ResNetArchitecture.ResNet18, 1);
        state.Single(t => t.Name == name).Data[5] = value;

        var e = Assert.Throws<WeightFileException>(() => TorchvisionResNet.FoldTrunk(state, 1));

        Assert.StartsWith($"the teacher's file holds values for {named} that are not finite", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void There_are_one_to_four_levels(int levels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchvisionResNet.FoldTrunk([], levels));

    public static TheoryData<string> Architectures() => [.. ResNetArchitecture.All.Select(a => a.Name)];

    /// <summary>A state dict of the numbers that make_checkpoints.py calls formula().</summary>
    internal static NamedTensor[] MakeStateDict(ResNetArchitecture architecture, int levels)
    {
        var tensors = new List<NamedTensor>();
        foreach (ResNetConvolution c in architecture.Convolutions(levels))
        {
            tensors.Add(Make($"{c.Name}.weight", c.Outputs, c.Inputs, c.Kernel, c.Kernel));
            foreach (string part in (string[])["weight", "bias", "running_mean", "running_var"])
                tensors.Add(Make($"{c.Normalization}.{part}", c.Outputs));
            tensors.Add(new NamedTensor($"{c.Normalization}.num_batches_tracked", [], [0]));
        }

        tensors.Add(Make("fc.weight", 10, 4));
        return [.. tensors];
    }

    private static NamedTensor Make(string name, params int[] shape)
    {
        long key = name.Sum(c => c);
        float[] data = new float[shape.Aggregate(1, (product, extent) => product * extent)];
        for (int i = 0; i < data.Length; i++)
        {
            double value = ((((i % 65521) * 7919L) + (key * 104729)) % 2001 - 1000) / 1000.0;
            data[i] = (float)(name.EndsWith("running_var", StringComparison.Ordinal) ? Math.Abs(value) + 0.1 : value);
        }

        return new NamedTensor(name, shape, data);
    }

    private static JsonDocument OpenGolden() => JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("resnets.json")));

    private static void AssertNear(JsonElement expected, IEnumerable<float> actual)
    {
        double[] wanted = [.. expected.EnumerateArray().Select(e => e.GetDouble())];
        float[] found = [.. actual];
        Assert.Equal(wanted.Length, found.Length);
        for (int i = 0; i < wanted.Length; i++)
            Assert.Equal(wanted[i], found[i], Math.Max(1e-30, Math.Abs(wanted[i]) * 6e-8));
    }

    private static void AssertSame(IReadOnlyList<NamedTensor> expected, IReadOnlyList<NamedTensor> actual)
    {
        Assert.Equal(expected.Select(t => t.Name), actual.Select(t => t.Name));
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Shape, actual[i].Shape);
            Assert.True(expected[i].Data.AsSpan().SequenceEqual(actual[i].Data));
        }
    }
}
