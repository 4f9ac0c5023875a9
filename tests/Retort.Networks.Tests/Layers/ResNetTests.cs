using Retort.Networks.Layers;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Layers;

public sealed class ResNetTests
{
    [Fact]
    public void Trunk_has_the_sizes_of_ResNet_18()
    {
        (_, IReadOnlyList<Value> levels) = Trunk(folded: false);
        Assert.Equal(
            [new Shape(2, 64, 32, 64), new Shape(2, 32, 16, 128), new Shape(2, 16, 8, 256), new Shape(2, 8, 4, 512)], levels.Select(l => l.Shape));
    }

    [Fact]
    public void Trunk_has_torchvisions_names()
    {
        (Graph graph, _) = Trunk(folded: false);
        List<string> expected = ["t.conv1.weight", .. Norm("t.bn1")];
        for (int level = 1; level <= 4; level++)
        {
            for (int block = 0; block < 2; block++)
            {
                string prefix = $"t.layer{level}.{block}.";
                expected.AddRange([$"{prefix}conv1.weight", .. Norm($"{prefix}bn1"), $"{prefix}conv2.weight", .. Norm($"{prefix}bn2")]);
                if (level > 1 && block == 0)
                {
                    expected.AddRange([$"{prefix}downsample.0.weight", .. Norm($"{prefix}downsample.1")]);
                }
            }
        }

        Assert.Equal(expected, graph.Parameters.All.Select(p => p.Name));

        // torchvision's resnet18 without its classifier: 11,176,512 parameters.
        Assert.Equal(11_176_512, graph.Parameters.All.Where(p => !p.IsStatistic).Sum(p => p.Length));
    }

    [Fact]
    public void Folded_trunk_has_biases_in_place_of_norms()
    {
        (Graph graph, _) = Trunk(folded: true);
        Assert.Equal(20 * 2, graph.Parameters.All.Count);
        Assert.All(graph.Parameters.All, p => Assert.Matches("(conv[12]|downsample\\.0)\\.(weight|bias)$", p.Name));
    }

    // The names and shapes of the architecture are torchvision's: see TorchvisionResNetTests.
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("wide_resnet50_2")]
    public void Folded_trunk_takes_the_tensors_of_a_folded_teacher(string name)
    {
        ResNetArchitecture architecture = ResNetArchitecture.All.Single(a => a.Name == name);
        var graph = new Graph(new ParameterSet());
        IReadOnlyList<Value> levels = ResNet.Trunk(graph, graph.Input("x", new Shape(1, 64, 32, 3)), "t.", 3, architecture, new ResNet.BlockStyle(Folded: true, ZeroLastGamma: false, null));
        Assert.Equal([1, 2, 3], levels.Select((l, i) => l.Shape == new Shape(1, 16 >> i, 8 >> i, architecture.Channels(i + 1)) ? i + 1 : 0));
        IEnumerable<(string Name, string Shape)> expected = architecture.Convolutions(3).SelectMany(c => new (string, string)[]
        {
            ($"t.{c.Name}.weight", $"{c.Outputs} {c.Inputs} {c.Kernel} {c.Kernel}"),
            ($"t.{c.Name}.bias", $"{c.Outputs}"),
        });
        Assert.Equal(expected, graph.Parameters.All.Select(p => (p.Name, string.Join(" ", p.FileShape))));
        Assert.Equal(
            architecture.Convolutions(3).Select(c => c.Stride),
            graph.Operations.OfType<Convolution>().Select(c => c.Stride));
    }

    [Fact]
    public void Only_the_last_norm_of_a_block_begins_at_zero()
    {
        (Graph graph, _) = Trunk(folded: false);
        foreach (Parameter p in graph.Parameters.All.Where(p => p.FileShape.Count == 1))
        {
            float expected = p.Name.EndsWith("running_var", StringComparison.Ordinal) ? 1
                : p.Name.EndsWith("weight", StringComparison.Ordinal) && !p.Name.EndsWith("bn2.weight", StringComparison.Ordinal) ? 1
                : 0;
            Assert.All(p.Data.Span.ToArray(), v => Assert.Equal(expected, v));
        }
    }

    private static (Graph Graph, IReadOnlyList<Value> Levels) Trunk(bool folded)
    {
        var graph = new Graph(new ParameterSet());
        return (graph, ResNet.Trunk(graph, graph.Input("x", new Shape(2, 256, 128, 3)), "t.", 4, folded));
    }

    private static string[] Norm(string name) => [$"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"];
}
