using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

public sealed class RelativeSquaredErrorTests
{
    private static readonly Shape Shape = new(2, 5, 4, 3);

    [Fact]
    public void Gradients_match_differences() =>
        Check.Operation(n => n.Add(new RelativeSquaredError(n.Trainable(Shape), n.Input(Shape), 0.7f)));

    [Fact]
    public void Target_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new RelativeSquaredError(n.Input(Shape), n.Input(Shape with { C = 1 }))));
        Assert.Equal("RelativeSquaredError needs two tensors of one shape, not [2, 5, 4, 3] and [2, 5, 4, 1].", e.Message);
    }

    [Fact]
    public void Target_that_would_need_a_gradient_is_refused()
    {
        var n = new TestNetwork();
        Value loss = n.Add(new RelativeSquaredError(n.Trainable(Shape), n.Add(new Sigmoid(n.Trainable(Shape)))));
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Contains("targets are data", e.Message, StringComparison.Ordinal);
    }
}
