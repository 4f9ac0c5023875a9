using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>WeightedSum and SegmentationLoss.</summary>
public sealed class LossTests
{
    private static readonly Shape Shape = new(2, 5, 4, 1);

    [Fact]
    public void Weighted_sum_gradients_match_differences() => Check.Operation(n => n.Add(new WeightedSum(n.Trainable(Shape), -0.3f)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(2.5f, false)]
    [InlineData(4, true)]
    public void Segmentation_loss_gradients_match_differences(float gamma, bool l1) =>
        Check.Operation(n => n.Add(new SegmentationLoss(n.Trainable(Shape, z => 2 * z), n.Input(Shape, m => m > 0 ? 1 : 0), gamma, l1)));

    [Fact]
    public void Losses_are_scalars()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Assert.Equal(new Shape(1, 1, 1, 1), n.Add(new WeightedSum(x, 1)).Shape);
        Assert.Equal(new Shape(1, 1, 1, 1), n.Add(new SegmentationLoss(x, x, 4, l1: true)).Shape);
    }

    [Fact]
    public void Mask_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new SegmentationLoss(n.Input(Shape), n.Input(Shape with { N = 1 }), 4, l1: true)));
        Assert.Equal("SegmentationLoss needs logits and a mask of one shape, not [2, 5, 4, 1] and [1, 5, 4, 1].", e.Message);
    }

    [Fact]
    public void Mask_that_would_need_a_gradient_is_refused()
    {
        var n = new TestNetwork();
        Value loss = n.Add(new SegmentationLoss(n.Trainable(Shape), n.Add(new Sigmoid(n.Trainable(Shape))), 4, l1: true));
        ArgumentException e = Assert.Throws<ArgumentException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Contains("masks are data", e.Message, StringComparison.Ordinal);
    }
}
