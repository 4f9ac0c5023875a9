using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class ThresholdsTests
{
    [Fact]
    public void A_threshold_is_the_largest_good_value_and_half_its_distance_from_the_median()
    {
        Thresholds thresholds = Thresholds.FromGood([1, 2, 6], [10, 30, 20], Thresholds.HeldBack);
        Assert.Equal(8, thresholds.Image, 5);
        Assert.Equal(35, thresholds.Pixel, 4);
        Assert.Equal((Thresholds.HeldBack, 3), (thresholds.Source, thresholds.Pictures));
    }

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_middle_two() =>
        Assert.Equal(4 + (0.5 * (4 - 2.5)), Thresholds.FromGood([4, 1, 3, 2], [0, 0, 0, 0], "").Image, 5);

    [Fact]
    public void A_threshold_is_above_the_largest_good_value_even_where_all_are_equal()
    {
        Thresholds thresholds = Thresholds.FromGood([0.5f], [0], "");
        Assert.Equal(MathF.BitIncrement(0.5f), thresholds.Image);
        Assert.True(thresholds.Pixel > 0);
    }

    [Fact]
    public void Thresholds_need_a_picture() =>
        Assert.Throws<ArgumentException>(() => Thresholds.FromGood([], [], ""));
}
