using MathNet.Numerics.Distributions;
using Retort.Calibration;

namespace Retort.Tests.Calibration;

public sealed class RateThresholdTests
{
    private const int Draws = 400;

    /// <summary>
    /// Thresholds are set on many samples of a population, and what share of the population reaches each is computed. It is to be within the stated interval as
    /// often as stated, and near the rate that was asked for in the mean. Of 400 draws a share of 95 % is known to 1.1 %.
    /// </summary>
    [Theory]
    [InlineData("exponential", 40, 0.02, 0.017, 0.023)]
    [InlineData("gamma", 40, 0.02, 0.017, 0.024)]
    [InlineData("log-normal", 40, 0.02, 0.017, 0.024)]
    [InlineData("normal", 40, 0.02, 0.012, 0.02)] // Its tail is shorter than what ten values can show: on the safe side.
    [InlineData("exponential", 20, 0.02, 0.016, 0.024)]
    [InlineData("normal", 100, 0.02, 0.017, 0.022)]
    [InlineData("gamma", 100, 0.001, 0.0005, 0.0012)]
    [InlineData("normal", 300, 0.02, 0.0185, 0.0215)]
    [InlineData("exponential", 300, 0.02, 0.0185, 0.0215)]
    public void The_rate_of_a_threshold_lies_in_its_interval_and_is_that_asked_for_in_the_mean(string name, int count, double rate, double least, double most)
    {
        IContinuousDistribution population = Populations.Get(name, seed: 1);
        int covered = 0;
        double sum = 0, expected = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            RateThreshold threshold = RateThreshold.For(population.Draw(count), rate);
            double actual = population.ShareAbove(threshold.Value);
            covered += actual >= threshold.Reached.Lower && actual <= threshold.Reached.Upper ? 1 : 0;
            sum += actual;
            expected = threshold.Reached.Rate;
        }

        Assert.InRange(covered / (double)Draws, 0.92, 1);
        Assert.InRange(sum / Draws, least, most);
        Assert.InRange(expected, 0.98 * rate, 1.001 * rate);
    }

    [Fact]
    public void The_threshold_lies_just_above_the_value_of_its_rank_where_five_or_more_are_above()
    {
        float[] values = [.. Enumerable.Range(1, 299).Select(i => (float)i)];
        RateThreshold threshold = RateThreshold.For(values, 0.02);

        // 300 x 0.02 = 6: above the 6th largest.
        Assert.Equal((MathF.BitIncrement(294), RateThreshold.Quantile), (threshold.Value, threshold.Rule));
        Assert.Equal(0.02, threshold.Reached.Rate, 12);
        Assert.Equal(RateThreshold.Tail, RateThreshold.For(values, 0.0166).Rule);
    }

    [Fact]
    public void Scale_and_origin_of_the_values_do_not_matter()
    {
        float[] values = Populations.Get("gamma", seed: 5).Draw(30);
        RateThreshold threshold = RateThreshold.For(values, 0.02);
        RateThreshold other = RateThreshold.For(values.Select(v => 7 + (2 * v)), 0.02);
        Assert.Equal(7 + (2 * threshold.Value), other.Value, 4);
        Assert.Equal(threshold.Reached.Upper, other.Reached.Upper, 4);
    }

    [Fact]
    public void A_lower_rate_has_a_higher_threshold_and_a_lower_upper_end()
    {
        float[] values = Populations.Get("normal", seed: 2).Draw(30);
        RateThreshold[] thresholds = [.. new[] { 0.3, 0.1, 0.02, 0.001, 1e-6 }.Select(r => RateThreshold.For(values, r))];
        for (int i = 1; i < thresholds.Length; i++)
        {
            Assert.True(thresholds[i].Value > thresholds[i - 1].Value);
            Assert.True(thresholds[i].Reached.Upper < thresholds[i - 1].Reached.Upper);
        }
    }

    [Fact]
    public void A_longer_tail_moves_the_threshold_up()
    {
        float[] values = [.. Enumerable.Range(0, 20).Select(i => i / 10f)];
        float before = RateThreshold.For(values, 0.02).Value;
        values[^1] = 4;
        Assert.InRange(RateThreshold.For(values, 0.02).Value, before + 0.5f, 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_handful_of_values_gives_a_threshold_well_above_them(int count)
    {
        RateThreshold threshold = RateThreshold.For(Enumerable.Range(1, count).Select(i => (float)i), 0.02);
        Assert.Equal(RateThreshold.Tail, threshold.Rule);
        Assert.InRange(threshold.Value, count + 1, 100);
        Assert.InRange(threshold.Reached.Upper, 0.05, 0.5);
    }

    [Fact]
    public void Equal_values_do_not_reach_the_threshold()
    {
        foreach (int count in (int[])[1, 2, 30, 300])
        {
            RateThreshold threshold = RateThreshold.For(Enumerable.Repeat(0.5f, count), 0.02);
            Assert.Equal((MathF.BitIncrement(0.5f), RateThreshold.Quantile), (threshold.Value, threshold.Rule));
        }

        // Of 300 values 290 are 0: the 6th largest of the others decides.
        Assert.Equal(MathF.BitIncrement(5), RateThreshold.For([.. new float[290], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.02).Value);
        Assert.Equal(MathF.BitIncrement(0), RateThreshold.For(new float[300], 0.02).Value);
    }
}
