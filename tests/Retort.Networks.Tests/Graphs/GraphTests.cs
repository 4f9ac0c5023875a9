using Retort.Networks.Layers;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Operations_stay_in_the_order_they_were_added()
    {
        var graph = new Graph(new ParameterSet());
        Value x = graph.Input("x", new Shape(1, 2, 3, 4));
        Value y = graph.Relu(x);
        Assert.Equal([x.Producer, y.Producer], graph.Operations);
        Assert.Same(y, y.Producer.Output);
    }

    [Fact]
    public void Operation_outside_a_graph_has_no_output()
    {
        var n = new TestNetwork();
        var relu = new Relu(n.Input(new Shape(1, 1, 1, 1)));
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => relu.Output);
        Assert.Equal("Relu is not part of a graph; add it with Graph.Add.", e.Message);
    }

    [Fact]
    public void Refused_operation_is_not_added()
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => n.Add(new Split(x, 1, 1)));
        Assert.Single(n.Graph.Operations);
    }

    [Fact]
    public void Two_graphs_on_one_set_share_their_parameters()
    {
        var set = new ParameterSet();
        foreach (int pictures in new[] { 1, 8 })
        {
            var graph = new Graph(set);
            graph.BatchNorm(graph.Convolution(graph.Input("x", new Shape(pictures, 4, 4, 3)), "conv", 5, 3), "norm");
        }

        Assert.Equal(["conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"], set.All.Select(p => p.Name));
    }

    [Fact]
    public void Shape_counts_in_64_bits_and_says_its_extents()
    {
        var shape = new Shape(32, 256, 256, 2048);
        Assert.Equal(4_294_967_296, shape.Length);
        Assert.Equal(2_097_152, shape.Pixels);
        Assert.Equal("[32, 256, 256, 2048]", shape.ToString());
    }
}
