using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

public sealed class GaussianBlurTests
{
    private static readonly Shape Shape = new(2, 7, 5, 3);

    [Theory]
    [InlineData(0.7)]
    [InlineData(4)]
    public void Blur_is_that_of_each_channel_of_each_picture(double sigma)
    {
        var n = new TestNetwork();
        Value y = n.Add(new GaussianBlur(n.Input(Shape), sigma));
        Assert.Equal(Shape, y.Shape);
        Check.Inference(n, [y]);
    }

    [Fact]
    public void Blur_cannot_train_and_needs_a_width()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Add(new GaussianBlur(n.Trainable(Shape))));
        Assert.Throws<NotSupportedException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianBlur(n.Input(Shape), 0));
    }
}
