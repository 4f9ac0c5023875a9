using Retort.Networks.Plans;
using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(3, 5, 1, 1, 1, 0, 1, false)]
    [InlineData(3, 5, 3, 3, 1, 1, 1, true)]
    [InlineData(3, 4, 3, 3, 2, 1, 1, true)]
    [InlineData(2, 3, 3, 3, 1, 2, 2, true)]
    [InlineData(2, 3, 1, 1, 2, 0, 1, false)]
    [InlineData(3, 2, 5, 3, 2, 2, 1, true)]
    [InlineData(16, 16, 3, 3, 1, 1, 1, true)]
    [InlineData(16, 16, 3, 3, 1, 3, 3, false)]
    public void Gradients_match_differences(int inChannels, int outChannels, int kernelH, int kernelW, int stride, int padding, int dilation, bool bias)
    {
        // Winograd, the last two rows, rounds more than a direct convolution.
        Check.Operation(
            n => n.Add(new Convolution(
                n.Trainable(new Shape(2, 7, 6, inChannels)), n.Filter(outChannels, inChannels, kernelH, kernelW), bias ? n.Vector(outChannels) : null, stride, padding, dilation)),
            inChannels == 16 ? 5e-5 : 1e-5,
            samples: 30);
    }

    [Fact]
    public void Frozen_filter_hands_the_gradient_on_and_gets_none()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Trainable(new Shape(1, 4, 4, 3)), n.Filter(2, 3, 3, 3, "frozen"), null, padding: 1));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(y)]);
        Assert.Equal(["tensor"], plan.Trained.Select(p => p.Name));
        Assert.DoesNotContain(plan.Steps, s => s.Name.Contains("weight gradient", StringComparison.Ordinal));
    }

    [Fact]
    public void Input_that_trains_nothing_gets_no_gradient()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Input(new Shape(1, 4, 4, 3)), n.Filter(2, 3, 3, 3), null, padding: 1));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(y)]);
        Assert.DoesNotContain(plan.Steps, s => s.Name.Contains("data gradient", StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_of_a_convolution_know_its_multiplications_and_packing_has_none()
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Trainable(new Shape(2, 8, 6, 16)), n.Filter(32, 16, 3, 3), n.Vector(32), padding: 1));
        TrainingPlan plan = Check.Gradients(n, [n.Projected(y)]);
        PlanStep[] counted = [.. plan.Steps.Where(s => s.MultiplyAdds != 0)];
        Assert.Equal(["Convolution filter", "Convolution filter weight gradient", "Convolution filter data gradient"], counted.Select(s => s.Name));
        Assert.All(counted, s => Assert.Equal(2 * 8 * 6 * 32 * 16 * 9, s.MultiplyAdds));
    }

    [Theory]
    [InlineData(7, 6, 3, 2, 1, 1, 4, 3)]
    [InlineData(7, 6, 3, 1, 2, 2, 7, 6)]
    [InlineData(7, 6, 7, 2, 3, 1, 4, 3)]
    public void Output_has_the_size_of_PyTorchs(int h, int w, int kernel, int stride, int padding, int dilation, int outH, int outW)
    {
        var n = new TestNetwork();
        Value y = n.Add(new Convolution(n.Input(new Shape(2, h, w, 3)), n.Filter(5, 3, kernel, kernel), null, stride, padding, dilation));
        Assert.Equal(new Shape(2, outH, outW, 5), y.Shape);
    }

    [Fact]
    public void Wrong_channels_are_refused_by_name()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new Convolution(n.Input(new Shape(1, 4, 4, 2)), n.Filter(5, 3, 1, 1, "layer1.weight"), null)));
        Assert.Equal("layer1.weight takes 3 channels, not the 2 of [1, 4, 4, 2].", e.Message);
    }

    [Fact]
    public void Residual_of_another_shape_is_refused()
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 4, 4, 2));
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new Convolution(x, n.Filter(5, 2, 1, 1, "a.weight"), null).Fused(x, relu: false)));
        Assert.Equal("The residual of a.weight is [1, 4, 4, 2], not [1, 4, 4, 5].", e.Message);
    }

    [Fact]
    public void Filter_larger_than_the_padded_picture_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(() => n.Add(new Convolution(n.Input(new Shape(1, 4, 4, 2)), n.Filter(5, 2, 7, 7), null, padding: 1)));
        Assert.Contains("7 x 7", e.Message, StringComparison.Ordinal);
        Assert.Contains("4 x 4", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fused_convolution_cannot_train()
    {
        var n = new TestNetwork();
        Value loss = n.Projected(n.Add(new Convolution(n.Input(new Shape(1, 4, 4, 2)), n.Filter(5, 2, 1, 1, "a.weight"), null).Fused(null, relu: true)));
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => TrainingPlan.Compile([loss], TestNetwork.Trains, TestNetwork.OneThread));
        Assert.Contains("a.weight", e.Message, StringComparison.Ordinal);
    }
}
