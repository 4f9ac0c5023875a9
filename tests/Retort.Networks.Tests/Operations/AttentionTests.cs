using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>HardSwish, AxisMeans, SplitRows, AxisScale and Mixture.</summary>
public sealed class AttentionTests
{
    private static readonly Shape Shape = new(2, 3, 4, 5);

    [Fact]
    public void Hard_swish_gradients_match_differences() => Check.Operation(n => n.Add(new HardSwish(n.Trainable(Shape, x => 3 * x))));

    [Fact]
    public void Axis_means_gradients_match_differences() => Check.Operation(n => n.Add(new AxisMeans(n.Trainable(Shape))));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    public void Split_rows_gradients_match_differences(int first, int rows) => Check.Operation(n => n.Add(new SplitRows(n.Trainable(Shape), first, rows)));

    [Fact]
    public void Axis_scale_gradients_match_differences() =>
        Check.Operation(n => n.Add(new AxisScale(n.Trainable(Shape), n.Trainable(Shape with { W = 1 }), n.Trainable(Shape with { H = 4, W = 1 }))));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Factors_alone_can_need_a_gradient(int trainable) => Check.Operation(n =>
    {
        Value Of(int index, Shape shape) => index == trainable ? n.Trainable(shape) : n.Input(shape);
        return n.Add(new AxisScale(Of(0, Shape), Of(1, Shape with { W = 1 }), Of(2, Shape with { H = 4, W = 1 })));
    });

    [Fact]
    public void Mixture_gradients_match_differences() => Check.Operation(n =>
        n.Add(new Mixture([n.Trainable(Shape), n.Input(Shape), n.Trainable(Shape)], n.Vector(3, "theta"))));

    [Fact]
    public void Frozen_mixture_has_the_weights_it_was_compiled_with()
    {
        var n = new TestNetwork();
        Check.Inference(n, [n.Add(new Mixture([n.Input(Shape), n.Input(Shape)], n.Vector(2, "theta")))]);
        Check.Operation(t => t.Add(new Mixture([t.Trainable(Shape), t.Trainable(Shape)], t.Vector(2, "frozen"))));
    }

    [Fact]
    public void Shapes_are_those_of_rows_and_columns()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Value means = n.Add(new AxisMeans(x));
        Assert.Equal(new Shape(2, 7, 1, 5), means.Shape);
        Assert.Equal(new Shape(2, 4, 1, 5), n.Add(new SplitRows(means, 3, 4)).Shape);
        Assert.Equal(Shape, n.Add(new AxisScale(x, n.Add(new SplitRows(means, 0, 3)), n.Add(new SplitRows(means, 3, 4)))).Shape);
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_refused()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        void Refused(string message, Func<Operation> make) => Assert.Equal(message, Assert.Throws<ArgumentException>(() => n.Add(make())).Message);
        Refused("AxisScale of [2, 3, 4, 5] needs factors [2, 3, 1, 5] and [2, 4, 1, 5], not [2, 3, 4, 5] and [2, 3, 4, 5].", () => new AxisScale(x, x, x));
        Refused("Rows 2 to 4 are not all in [2, 3, 4, 5].", () => new SplitRows(x, 2, 2));
        Refused("Mixture needs tensors of one shape, not [2, 3, 4, 5] and [2, 3, 4, 1].", () => new Mixture([x, n.Input(Shape with { C = 1 })], n.Vector(2, "pair")));
        Refused("theta has 3 weights for 2 tensors.", () => new Mixture([x, x], n.Vector(3, "theta")));
    }
}
