using Retort.Calibration;

namespace Retort.Tests.Calibration;

public sealed class RateEstimateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(5000)]
    public void Above_the_largest_of_n_lies_a_share_of_one_in_n_plus_1(int count)
    {
        // Beta(1, n) has the distribution function 1 - (1 - x)^n.
        RateEstimate rate = RateEstimate.AboveRank(1, count);
        Assert.Equal(1.0 / (count + 1), rate.Rate, 12);
        Assert.Equal(1 - Math.Pow(0.975, 1.0 / count), rate.Lower, 8);
        Assert.Equal(1 - Math.Pow(0.025, 1.0 / count), rate.Upper, 8);
    }

    [Fact]
    public void Of_two_values_above_the_median_of_three_Beta_2_2_is_symmetric()
    {
        // Beta(2, 2): 3 x^2 - 2 x^3.
        RateEstimate rate = RateEstimate.AboveRank(2, 3);
        Assert.Equal(0.5, rate.Rate, 12);
        Assert.Equal(0.025, (3 * rate.Lower * rate.Lower) - (2 * Math.Pow(rate.Lower, 3)), 8);
        Assert.Equal(1, rate.Lower + rate.Upper, 8);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.3085)]
    [InlineData(3, 20, 0.0321, 0.3789)]
    [InlineData(10, 20, 0.2720, 0.7280)]
    [InlineData(20, 20, 0.8316, 1)]
    public void Counted_shares_have_the_intervals_of_Clopper_and_Pearson(int hits, int count, double lower, double upper)
    {
        RateEstimate rate = RateEstimate.Counted(hits, count);
        Assert.Equal((double)hits / count, rate.Rate, 12);
        Assert.Equal(lower, rate.Lower, 4);
        Assert.Equal(upper, rate.Upper, 4);
    }
}
