using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>MaxPool and GlobalAveragePool.</summary>
public sealed class PoolingTests
{
    [Theory]
    [InlineData(3, 2, 1)]
    [InlineData(2, 2, 0)]
    [InlineData(3, 1, 1)]
    public void Max_pool_gradients_match_differences(int kernel, int stride, int padding) =>
        Check.Operation(n => n.Add(new MaxPool(n.Trainable(new Shape(2, 7, 6, 3)), kernel, stride, padding)));

    [Fact]
    public void First_of_equal_maxima_gets_the_whole_gradient()
    {
        var n = new TestNetwork();
        Value loss = n.Add(new WeightedSum(n.Add(new MaxPool(n.Trainable(new Shape(1, 2, 2, 1), _ => 3), 2, 2, 0)), 7));
        var plan = TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread);
        Assert.Equal(21, plan.Step());
        Assert.Equal([7f, 0, 0, 0], plan.Gradients.ToArray());
    }

    [Fact]
    public void Global_average_gradients_match_differences() =>
        Check.Operation(n => n.Add(new GlobalAveragePool(n.Trainable(new Shape(3, 5, 4, 6)))));

    [Fact]
    public void Output_has_the_size_of_PyTorchs()
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(2, 7, 6, 3));
        Assert.Equal(new Shape(2, 4, 3, 3), n.Add(new MaxPool(x, 3, 2, 1)).Shape);
        Assert.Equal(new Shape(2, 3, 3, 3), n.Add(new MaxPool(x, 2, 2, 0)).Shape);
        Assert.Equal(new Shape(2, 1, 1, 3), n.Add(new GlobalAveragePool(x)).Shape);
    }

    [Theory]
    [InlineData(5, 1, 0)]
    [InlineData(3, 0, 0)]
    [InlineData(3, 1, 2)]
    public void Window_that_does_not_fit_is_refused(int kernel, int stride, int padding)
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 4, 4, 1));
        Assert.ThrowsAny<ArgumentException>(() => n.Add(new MaxPool(x, kernel, stride, padding)));
    }
}
