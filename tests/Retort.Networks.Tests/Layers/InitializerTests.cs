using Retort.Networks.Layers;

namespace Retort.Networks.Tests.Layers;

public sealed class InitializerTests
{
    // Bounds are five standard errors of each moment of n draws.
    [Fact]
    public void Kaiming_values_are_normal_with_the_variance_of_fan_out()
    {
        var filter = Parameter.Filter("w", 128, 64, 3, 3);
        new Initializer(1).KaimingNormalFanOut(filter);
        double deviation = Math.Sqrt(2.0 / (128 * 9));
        double[] z = [.. filter.Data.Span.ToArray().Select(v => v / deviation)];
        double error = 5 / Math.Sqrt(z.Length);
        Assert.Equal(0, z.Average(), error);
        Assert.Equal(1, z.Average(v => v * v), error * Math.Sqrt(2));
        Assert.Equal(0, z.Average(v => v * v * v), error * Math.Sqrt(15));
        Assert.Equal(3, z.Average(v => v * v * v * v), error * Math.Sqrt(96));
    }

    [Fact]
    public void Uniform_values_fill_the_bounds_of_fan_in()
    {
        var filter = Parameter.Filter("w", 128, 64, 3, 3);
        new Initializer(1).Uniform(filter, 64 * 9);
        double bound = 1 / Math.Sqrt(64 * 9);
        double[] u = [.. filter.Data.Span.ToArray().Select(v => v / bound)];
        double error = 5 / Math.Sqrt(u.Length);
        Assert.InRange(u.Min(), -1, -0.999);
        Assert.InRange(u.Max(), 0.999, 1);
        Assert.Equal(0, u.Average(), error / Math.Sqrt(3));
        Assert.Equal(1.0 / 3, u.Average(v => v * v), error * Math.Sqrt(4.0 / 45));
    }

    [Fact]
    public void Bias_is_drawn_within_the_fan_in_of_its_filter()
    {
        Graph graph = Network("a");
        Assert.All(graph.Parameters["a.bias"].Data.Span.ToArray(), v => Assert.InRange(Math.Abs(v), 1e-9, 1 / Math.Sqrt(5 * 9)));
    }

    [Fact]
    public void Values_do_not_depend_on_the_order_of_creation()
    {
        Graph one = Network("a", "b");
        Graph other = Network("b", "c", "a");
        foreach (string name in new[] { "a.weight", "a.bias", "b.weight", "b.bias" })
        {
            Assert.Equal(one.Parameters[name].Data.Span.ToArray(), other.Parameters[name].Data.Span.ToArray());
        }
    }

    [Fact]
    public void Seed_and_name_decide_the_values()
    {
        float[] Draw(ulong seed, string name)
        {
            var filter = Parameter.Filter(name, 4, 4, 3, 3);
            new Initializer(seed).KaimingNormalFanOut(filter);
            return filter.Data.Span.ToArray();
        }

        Assert.Equal(Draw(1, "a"), Draw(1, "a"));
        Assert.NotEqual(Draw(1, "a"), Draw(2, "a"));
        Assert.NotEqual(Draw(1, "a"), Draw(1, "b"));
        Assert.Empty(Draw(1, "a").Intersect(Draw(1, "b")));
    }

    [Fact]
    public void Existing_parameters_keep_their_values()
    {
        Graph graph = Network("a");
        graph.Parameters["a.weight"].Data.Span.Fill(5);
        graph.Convolution(graph.Input("x2", new Shape(1, 8, 8, 5)), "a", 6, 3, bias: true, initializer: new Initializer(3));
        Assert.All(graph.Parameters["a.weight"].Data.Span.ToArray(), v => Assert.Equal(5, v));
    }

    private static Graph Network(params string[] names)
    {
        var graph = new Graph(new ParameterSet());
        Value x = graph.Input("x", new Shape(1, 8, 8, 5));
        foreach (string name in names)
        {
            graph.Convolution(x, name, 6, 3, bias: true, initializer: new Initializer(7), initialization: FilterInitialization.PyTorchDefault);
        }

        return graph;
    }
}
