using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

public sealed class ResizeTests
{
    [Theory]
    [InlineData(4, 3, 8, 6, false)]
    [InlineData(4, 3, 7, 9, false)]
    [InlineData(7, 6, 3, 4, false)]
    [InlineData(1, 1, 3, 4, false)]
    [InlineData(4, 3, 8, 6, true)]
    [InlineData(7, 6, 3, 4, true)]
    [InlineData(5, 4, 1, 1, true)]
    public void Gradients_match_differences(int h, int w, int toH, int toW, bool alignCorners) =>
        Check.Operation(n => n.Add(new Resize(n.Trainable(new Shape(2, h, w, 3)), toH, toW, alignCorners)));

    [Fact]
    public void Pictures_and_channels_stay()
    {
        var n = new TestNetwork();
        Assert.Equal(new Shape(2, 9, 8, 3), n.Add(new Resize(n.Input(new Shape(2, 4, 5, 3)), 9, 8)).Shape);
    }

    [Fact]
    public void Size_without_pixels_is_refused()
    {
        var n = new TestNetwork();
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new Resize(n.Input(new Shape(1, 4, 4, 1)), 0, 8)));
        Assert.Equal("[1, 4, 4, 1] cannot be resized to 0 x 8; both must be positive.", e.Message);
    }
}
