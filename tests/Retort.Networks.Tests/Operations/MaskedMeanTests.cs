using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>MaskedMean and Hinge.</summary>
public sealed class MaskedMeanTests
{
    private static readonly Shape Shape = new(2, 5, 4, 1);

    [Theory]
    [InlineData(0.5)]
    [InlineData(9)]
    public void Masked_mean_gradients_match_differences(double threshold) =>
        Check.Operation(n => n.Add(new MaskedMean(n.Trainable(Shape), n.Input(Shape, m => m > threshold ? 1 : 0), -0.3f)));

    [Fact]
    public void Hinge_gradients_match_differences() => Check.Operation(n => n.Add(new Hinge(n.Trainable(Shape), 0.4f)));

    [Fact]
    public void A_hinge_over_a_masked_distance_trains_both_of_its_sides() => Check.Operation(n =>
    {
        Value distance = n.Add(new CosineDistance(n.Trainable(Shape with { C = 6 }), n.Trainable(Shape with { C = 6 })));
        return n.Add(new MaskedMean(n.Add(new Hinge(distance, 1)), n.Input(Shape, m => m > 0 ? 1 : 0)));
    });

    [Fact]
    public void Mask_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new MaskedMean(n.Input(Shape), n.Input(Shape with { N = 1 }))));
        Assert.Equal("MaskedMean needs values and a mask of one shape, not [2, 5, 4, 1] and [1, 5, 4, 1].", e.Message);
    }

    [Fact]
    public void Mask_that_would_need_a_gradient_is_refused()
    {
        var n = new TestNetwork();
        Value loss = n.Add(new MaskedMean(n.Trainable(Shape), n.Add(new Sigmoid(n.Trainable(Shape)))));
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Contains("masks are data", e.Message, StringComparison.Ordinal);
    }
}
