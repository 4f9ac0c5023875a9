using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>Concat and Split.</summary>
public sealed class ChannelTests
{
    [Fact]
    public void Concat_gradients_match_differences() => Check.Operation(n => n.Add(new Concat(
        [n.Trainable(new Shape(2, 3, 4, 5)), n.Input(new Shape(2, 3, 4, 2)), n.Trainable(new Shape(2, 3, 4, 1)), n.Trainable(new Shape(2, 3, 4, 17))])));

    [Fact]
    public void Value_beside_itself_gets_both_gradients() => Check.Operation(n =>
    {
        Value x = n.Trainable(new Shape(2, 3, 4, 5));
        return n.Add(new Concat([x, x]));
    });

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 3)]
    [InlineData(6, 1)]
    public void Split_gradients_match_differences(int first, int channels) =>
        Check.Operation(n => n.Add(new Split(n.Trainable(new Shape(2, 3, 4, 7)), first, channels)));

    [Fact]
    public void Overlapping_splits_add_their_gradients() => Check.Operation(n =>
    {
        Value x = n.Trainable(new Shape(2, 3, 4, 7));
        return n.Add(new Multiply(n.Add(new Split(x, 1, 4)), n.Add(new Split(x, 3, 4))));
    });

    [Theory]
    [InlineData(1, 3, 4)]
    [InlineData(2, 2, 4)]
    [InlineData(2, 3, 5)]
    public void Tensors_of_other_sizes_cannot_be_joined(int pictures, int h, int w)
    {
        var n = new TestNetwork();
        Value a = n.Input(new Shape(2, 3, 4, 5));
        Value b = n.Input(new Shape(pictures, h, w, 2));
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new Concat([a, b])));
        Assert.Equal($"Concat needs tensors of the same pictures, height and width, not [2, 3, 4, 5] and {b.Shape}.", e.Message);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public void Channels_that_are_not_there_are_refused(int first, int channels)
    {
        var n = new TestNetwork();
        Value x = n.Input(new Shape(1, 2, 2, 5));
        ArgumentException e = Assert.Throws<ArgumentException>(() => n.Add(new Split(x, first, channels)));
        Assert.Equal($"Channels {first} to {first + channels} are not all in [1, 2, 2, 5].", e.Message);
    }
}
