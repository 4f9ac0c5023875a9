using Retort.Networks.Tests.Support;

namespace Retort.Networks.Tests.Operations;

/// <summary>L2Normalize, CosineDistance and FlatCosineDistance.</summary>
public sealed class DistanceTests
{
    private static readonly Shape Shape = new(3, 2, 4, 9);

    [Theory]
    [InlineData(1e-12f)]
    [InlineData(0.5f)]
    public void L2_normalize_gradients_match_differences(float epsilon) => Check.Operation(n => n.Add(new L2Normalize(n.Trainable(Shape), epsilon)));

    [Theory]
    [InlineData(1e-12f)]
    [InlineData(0.5f)]
    public void Cosine_distance_gradients_match_differences(float epsilon) =>
        Check.Operation(n => n.Add(new CosineDistance(n.Trainable(Shape), n.Trainable(Shape), epsilon)));

    [Fact]
    public void Flat_cosine_distance_gradients_match_differences() =>
        Check.Operation(n => n.Add(new FlatCosineDistance(n.Trainable(Shape), n.Trainable(Shape))));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Only_one_side_can_need_a_gradient(int trainable)
    {
        Check.Operation(n => n.Add(new CosineDistance(trainable == 0 ? n.Trainable(Shape) : n.Input(Shape), trainable == 1 ? n.Trainable(Shape) : n.Input(Shape))));
        Check.Operation(n => n.Add(new FlatCosineDistance(trainable == 0 ? n.Trainable(Shape) : n.Input(Shape), trainable == 1 ? n.Trainable(Shape) : n.Input(Shape))));
    }

    // With a large epsilon the distance of a tensor from itself is not constant.
    [Fact]
    public void Both_sides_can_be_one_value() => Check.Operation(n =>
    {
        Value x = n.Trainable(Shape);
        return n.Add(new CosineDistance(x, x, 0.5f));
    });

    [Fact]
    public void Shapes_are_those_of_one_distance_a_pixel_and_a_picture()
    {
        var n = new TestNetwork();
        Value x = n.Input(Shape);
        Assert.Equal(Shape with { C = 1 }, n.Add(new CosineDistance(x, x)).Shape);
        Assert.Equal(new Shape(3, 1, 1, 1), n.Add(new FlatCosineDistance(x, x)).Shape);
        Assert.Equal(Shape, n.Add(new L2Normalize(x)).Shape);
    }

    [Fact]
    public void Tensors_of_different_shapes_are_refused()
    {
        var n = new TestNetwork();
        Value a = n.Input(Shape);
        Value b = n.Input(Shape with { H = 1 });
        Assert.Equal(
            "CosineDistance needs two tensors of one shape, not [3, 2, 4, 9] and [3, 1, 4, 9].", Assert.Throws<ArgumentException>(() => n.Add(new CosineDistance(a, b))).Message);
        Assert.Equal(
            "FlatCosineDistance needs two tensors of one shape, not [3, 2, 4, 9] and [3, 1, 4, 9].", Assert.Throws<ArgumentException>(() => n.Add(new FlatCosineDistance(a, b))).Message);
    }
}
