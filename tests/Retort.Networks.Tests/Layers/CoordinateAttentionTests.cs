using Retort.Networks.Layers;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Layers;

public sealed class CoordinateAttentionTests
{
    [Theory]
    [InlineData(64, 8)]
    [InlineData(768, 24)]
    public void Module_has_the_names_and_shapes_of_the_release(int channels, int inner)
    {
        var graph = new Graph(new ParameterSet());
        Value x = graph.Input("x", new Shape(2, 5, 4, channels));
        Assert.Equal(x.Shape, CoordinateAttention.Add(graph, x, "a.", null).Shape);
        Assert.Equal(
            ["a.conv1.weight", "a.conv1.bias", "a.bn1.weight", "a.bn1.bias", "a.bn1.running_mean", "a.bn1.running_var", "a.conv_h.weight", "a.conv_h.bias", "a.conv_w.weight", "a.conv_w.bias"],
            graph.Parameters.All.Select(p => p.Name));
        Assert.Equal([inner, channels, 1, 1], graph.Parameters["a.conv1.weight"].FileShape);
        Assert.Equal([channels, inner, 1, 1], graph.Parameters["a.conv_w.weight"].FileShape);
    }

    [Fact]
    public void Module_trains_as_its_definition_says()
    {
        var n = new TestNetwork();
        Value x = CoordinateAttention.Add(n.Graph, n.Trainable(new Shape(2, 5, 4, 16)), "a.", null);
        n.Randomize();

        // The normalisation takes the first bias away: its gradient is rounding, held against a largest one of at least 1e-3.
        Check.Gradients(n, [n.Projected(x)], 5e-3, samples: 20);
    }
}
