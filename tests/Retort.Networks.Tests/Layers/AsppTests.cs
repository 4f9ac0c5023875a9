using Retort.Networks.Layers;

namespace Retort.Networks.Tests.Layers;

public sealed class AsppTests
{
    [Fact]
    public void Module_keeps_the_size_and_joins_all_branches()
    {
        var graph = new Graph(new ParameterSet());
        Value y = Aspp.Add(graph, graph.Input("x", new Shape(2, 64, 48, 24)), "aspp.", 32, [6, 12, 18], null);
        Assert.Equal(new Shape(2, 64, 48, 32), y.Shape);
        Assert.Equal(
            ["aspp.pool.0.weight", "aspp.branches.0.0.weight", "aspp.branches.1.0.weight", "aspp.branches.2.0.weight", "aspp.fuse.0.weight"],
            graph.Parameters.All.Where(p => p.FileShape.Count == 4).Select(p => p.Name));
        Assert.Equal([32, 24, 1, 1], graph.Parameters["aspp.pool.0.weight"].FileShape);
        Assert.Equal([32, 24, 3, 3], graph.Parameters["aspp.branches.1.0.weight"].FileShape);
        Assert.Equal([32, 128, 3, 3], graph.Parameters["aspp.fuse.0.weight"].FileShape);
        Assert.Equal([6, 12, 18, 1], graph.Operations.OfType<Convolution>().Skip(1).Select(c => c.Dilation));
    }
}
