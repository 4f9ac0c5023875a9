using Retort.Networks.Layers;
using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;
using Retort.Networks.Weights;

namespace Retort.Networks.Tests.Layers;

/// <summary><see cref="OneClassBottleneck"/> and <see cref="MirroredResNet"/>.</summary>
public sealed class ReverseDistillationLayersTests
{
    [Fact]
    public void Embedding_and_decoder_of_ResNet_18_have_the_names_of_the_release()
    {
        (Graph graph, _, _) = Build(ResNetArchitecture.ResNet18, 64);
        List<string> expected = [];
        for (int i = 1; i <= 3; i++)
        {
            expected.AddRange([$"bn.conv{i}.weight", .. Norm($"bn.bn{i}")]);
        }

        for (int block = 0; block < 2; block++)
        {
            string prefix = $"bn.bn_layer.{block}.";
            expected.AddRange([$"{prefix}conv1.weight", .. Norm($"{prefix}bn1"), $"{prefix}conv2.weight", .. Norm($"{prefix}bn2")]);
            expected.AddRange(block == 0 ? [$"{prefix}downsample.0.weight", .. Norm($"{prefix}downsample.1")] : []);
        }

        for (int layer = 1; layer <= 3; layer++)
        {
            for (int block = 0; block < 2; block++)
            {
                string prefix = $"decoder.layer{layer}.{block}.";
                expected.AddRange([$"{prefix}conv1.weight", .. Norm($"{prefix}bn1"), $"{prefix}conv2.weight", .. Norm($"{prefix}bn2")]);
                expected.AddRange(block == 0 ? [$"{prefix}upsample.0.weight", .. Norm($"{prefix}upsample.1")] : []);
            }
        }

        Assert.Equal(expected, graph.Parameters.All.Select(p => p.Name));
        Assert.Equal([512, 256, 2, 2], graph.Parameters["decoder.layer1.0.conv1.weight"].FileShape);
        Assert.Equal([512, 256, 2, 2], graph.Parameters["decoder.layer1.0.upsample.0.weight"].FileShape);
        Assert.Equal([512, 768, 1, 1], graph.Parameters["bn.bn_layer.0.downsample.0.weight"].FileShape);
    }

    [Fact]
    public void Wide_ResNet_50_2_has_the_blocks_and_shapes_of_the_release()
    {
        (Graph graph, Value embedding, IReadOnlyList<Value> decoded) = Build(ResNetArchitecture.WideResNet50x2, 64);
        Assert.Equal(new Shape(1, 2, 2, 2048), embedding.Shape);
        Assert.Equal([new Shape(1, 16, 16, 256), new Shape(1, 8, 8, 512), new Shape(1, 4, 4, 1024)], decoded.Select(v => v.Shape));
        string[] convolutions = [.. graph.Parameters.All.Where(p => p.FileShape.Count == 4).Select(p => p.Name)];
        Assert.Equal([3, 4, 6], new[] { 1, 2, 3 }.Select(layer => convolutions.Count(n => n.StartsWith($"decoder.layer{layer}.", StringComparison.Ordinal) && n.EndsWith("conv3.weight", StringComparison.Ordinal))));
        Assert.Equal(3, convolutions.Count(n => n.StartsWith("bn.bn_layer.", StringComparison.Ordinal) && n.EndsWith("conv3.weight", StringComparison.Ordinal)));
        Assert.Equal([512, 512, 2, 2], graph.Parameters["decoder.layer1.0.conv2.weight"].FileShape);
        Assert.Equal([2048, 1024, 2, 2], graph.Parameters["decoder.layer1.0.upsample.0.weight"].FileShape);
        Assert.Equal([1024, 3072, 1, 1], graph.Parameters["bn.bn_layer.0.conv1.weight"].FileShape);
        Assert.Equal([2048, 3072, 1, 1], graph.Parameters["bn.bn_layer.0.downsample.0.weight"].FileShape);
    }

    // What PyTorch counts in the modules of make_reverse_distillation.py (tests/Retort.Tests).
    [Theory]
    [InlineData("resnet18", 11_680_000, 3_703_168)]
    [InlineData("resnet50", 30_829_568, 15_821_824)]
    [InlineData("wide_resnet50_2", 58_885_120, 24_917_504)]
    public void Parameters_are_as_many_as_PyTorchs(string name, int embedding, int decoder)
    {
        (Graph graph, _, _) = Build(ResNetArchitecture.All.Single(a => a.Name == name), 64);
        int Count(string prefix) => graph.Parameters.All.Where(p => !p.IsStatistic && p.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(p => p.Length);
        Assert.Equal((embedding, decoder), (Count("bn."), Count("decoder.")));
    }

    [Fact]
    public void Filters_begin_as_in_the_release()
    {
        (Graph graph, _, _) = Build(ResNetArchitecture.ResNet18, 64, new Initializer(1));

        // Kaiming, fan-out: variance 2 / (256 * 9). PyTorch's default of a transposed convolution: uniform within 1 / sqrt(256 * 4).
        float[] ordinary = graph.Parameters["decoder.layer1.0.conv2.weight"].Data.Span.ToArray();
        Assert.Equal(2.0 / (256 * 9), ordinary.Average(v => (double)v * v), 2e-5);
        float[] transposed = graph.Parameters["decoder.layer1.0.conv1.weight"].Data.Span.ToArray();
        Assert.InRange(transposed.Max(Math.Abs), 0.999 / 32, 1.0001 / 32);
        Assert.All(graph.Parameters.All.Where(p => p.FileShape.Count == 1 && p.Name.EndsWith("weight", StringComparison.Ordinal)), p => Assert.All(p.Data.Span.ToArray(), v => Assert.Equal(1, v)));
    }

    [Fact]
    public void A_frozen_network_is_convolutions_alone()
    {
        var n = new TestNetwork();
        (_, IReadOnlyList<Value> decoded) = Add(n.Graph, ResNetArchitecture.ResNet18, 64, null);
        var plan = InferencePlan.Compile([.. decoded], TestNetwork.OneThread);
        Assert.All(plan.Steps, s => Assert.Matches("^(Convolution|TransposedConvolution|Concat)", s.Name));
    }

    private static (Graph Graph, Value Embedding, IReadOnlyList<Value> Decoded) Build(ResNetArchitecture architecture, int size, Initializer? initializer = null)
    {
        var graph = new Graph(new ParameterSet());
        (Value embedding, IReadOnlyList<Value> decoded) = Add(graph, architecture, size, initializer);
        return (graph, embedding, decoded);
    }

    private static (Value Embedding, IReadOnlyList<Value> Decoded) Add(Graph graph, ResNetArchitecture architecture, int size, Initializer? initializer)
    {
        Value[] features = [.. Enumerable.Range(0, 3).Select(i => graph.Input($"f{i}", new Shape(1, size / 4 >> i, size / 4 >> i, architecture.Channels(i + 1))))];
        Value embedding = OneClassBottleneck.Add(graph, features, "bn.", architecture, initializer);
        return (embedding, MirroredResNet.Add(graph, embedding, "decoder.", architecture, initializer));
    }

    private static string[] Norm(string name) => [$"{name}.weight", $"{name}.bias", $"{name}.running_mean", $"{name}.running_var"];
}
