using Retort.Metrics;

namespace Retort.Tests.Metrics;

public class ScoreKeysTests
{
    [Fact]
    public void Keys_have_the_order_of_the_floats()
    {
        float[] ascending = [float.MinValue, -1.5f, -1f, -float.Epsilon, 0f, float.Epsilon, 1e-30f, 1f, 1.0000001f, float.MaxValue];
        uint[] keys = [.. ascending.Select(ScoreKeys.ToKey)];
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Minus_zero_ties_with_zero() => Assert.Equal(ScoreKeys.ToKey(0f), ScoreKeys.ToKey(-0f));

    [Theory]
    [InlineData(0, uint.MaxValue)]
    [InlineData(1, uint.MaxValue)]
    [InlineData(5000, uint.MaxValue)]
    [InlineData(5000, 7u)]
    [InlineData(5000, 3000u)]
    [InlineData(5000, 5_000_000u)]
    public void Sorting_agrees_with_the_library(int count, uint range)
    {
        var random = new CounterRandom(2, count);
        var keys = new uint[count];
        foreach (ref uint key in keys.AsSpan())
        {
            key = random.NextUInt32() % range;
        }

        uint[] expected = [.. keys.Order()];
        ScoreKeys.Sort(keys, new uint[count]);
        Assert.Equal(expected, keys);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_value_that_is_no_number_is_found_wherever_it_stands(float bad)
    {
        for (int length = 1; length < 70; length++)
        {
            var values = new float[length];
            values.AsSpan().Fill(float.MaxValue);
            Assert.True(ScoreKeys.AllFinite(values));
            values[length * 7 % length] = bad;
            Assert.False(ScoreKeys.AllFinite(values));
            values[0] = 1;
            values[^1] = bad;
            Assert.False(ScoreKeys.AllFinite(values));
        }
    }
}
