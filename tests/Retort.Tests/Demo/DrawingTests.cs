using System.Numerics;
using Retort.Demo;

namespace Retort.Tests.Demo;

public sealed class DrawingTests
{
    [Theory]
    [InlineData(0, 0, -2)]
    [InlineData(5, 0, 1)]
    [InlineData(0, -4, 2)]
    [InlineData(7, 6, 5)]
    public void Distances_from_a_box_are_those_of_its_outline(float x, float y, float expected) =>
        Assert.Equal(expected, Drawing.Box(new Vector2(x, y), new Vector2(4, 2), 0), 5);

    [Fact]
    public void A_rounded_corner_is_a_circle_about_its_middle()
    {
        // The corner's middle is at (3, 1): the point lies 5 away from it, 4 outside of the circle of radius 1.
        Assert.Equal(4, Drawing.Box(new Vector2(6, 5), new Vector2(4, 2), 1), 5);
    }

    [Theory]
    [InlineData(5, 3, 3)]
    [InlineData(-4, 3, 5)]
    [InlineData(13, 4, 5)]
    public void Distances_from_a_line_end_with_it(float x, float y, float expected) =>
        Assert.Equal(expected, Drawing.Segment(new Vector2(x, y), Vector2.Zero, new Vector2(10, 0)), 5);

    [Fact]
    public void A_quarter_turn_takes_right_to_down()
    {
        Vector2 turned = Drawing.Turn(new Vector2(2, 0), MathF.PI / 2);
        Assert.Equal(0, turned.X, 5);
        Assert.Equal(2, turned.Y, 5);
    }

    [Fact]
    public void Steps_are_smooth_and_end()
    {
        Assert.Equal([0, 0, 0.15625f, 0.5f, 1, 1], new[] { -1f, 2, 3, 4, 6, 9 }.Select(v => Drawing.Step(2, 6, v)));
    }
}
