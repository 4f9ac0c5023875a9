using Retort.Reports;

namespace Retort.Tests.Reports;

public sealed class MapLevelsTests
{
    [Theory]
    [InlineData(1.75f)]
    [InlineData(0.001f)]
    [InlineData(-3f)]
    [InlineData(0f)]
    public void What_reaches_the_threshold_has_at_least_its_level_and_what_does_not_has_less(float threshold)
    {
        var levels = new MapLevels(threshold);
        Assert.Equal(MapLevels.Threshold, levels.Of(threshold));
        Assert.InRange(levels.Of(MathF.BitDecrement(threshold)), 0, MapLevels.Threshold - 1);
        Assert.Equal(0, levels.Of(-1000));
        Assert.Equal(255, levels.Of(1000));
        Assert.Equal(0, levels.Of(float.NaN));
        Assert.Equal((0, 255), (levels.Of(float.NegativeInfinity), levels.Of(float.PositiveInfinity)));
    }

    [Fact]
    public void Zero_has_the_first_level_and_twice_the_threshold_the_last()
    {
        var levels = new MapLevels(0.5f);
        Assert.Equal((0, 64, 128, 192, 255), (levels.Of(0), levels.Of(0.25f), levels.Of(0.5f), levels.Of(0.75f), levels.Of(1)));
    }
}
