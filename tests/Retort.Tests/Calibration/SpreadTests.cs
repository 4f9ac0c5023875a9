using Retort.Calibration;

namespace Retort.Tests.Calibration;

public sealed class SpreadTests
{
    [Fact]
    public void Of_a_normal_population_it_is_the_standard_deviation_whatever_outliers_there_are()
    {
        float[] values = Populations.Get("normal", seed: 3).Draw(2000);
        Assert.InRange(Spread.Of(values), 0.47f, 0.53f);
        Assert.InRange(Spread.Of([.. values, 1e6f, 1e7f]), 0.47f, 0.53f);
    }

    [Fact]
    public void It_is_above_0_where_values_are_equal()
    {
        // Mean 1.4, median 1: half of the values being equal, their mean distance from the median counts.
        Assert.Equal(1.2533f * 2 / 5, Spread.Of([1, 1, 1, 1, 3]), 5);
        Assert.Equal(0.04f, Spread.Of([4, 4]), 5);
        Assert.Equal(0.04f, Spread.Of([-4]), 5);
        Assert.Equal(1, Spread.Of([0, 0]));
    }
}
