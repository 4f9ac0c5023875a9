namespace Retort.Numerics.Tests;

public class CounterRandomTests
{
    /// <summary>Known answers published with the Random123 library of the authors of Philox.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(
        uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), CounterRandom.Philox(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Words_come_from_consecutive_blocks_of_the_four_numbers()
    {
        var random = new CounterRandom(0x0000000500000004, stream: 3, step: 2, sample: 1);
        var first = CounterRandom.Philox(0, 1, 2, 3, 4, 5);
        var second = CounterRandom.Philox(1, 1, 2, 3, 4, 5);
        uint[] expected = [first.X0, first.X1, first.X2, first.X3, second.X0, second.X1, second.X2, second.X3];
        foreach (uint word in expected)
        {
            Assert.Equal(word, random.NextUInt32());
        }
    }

    [Fact]
    public void Every_one_of_the_four_numbers_changes_the_draws()
    {
        uint[] firsts =
        [
            new CounterRandom(7, 1, 1, 1).NextUInt32(),
            new CounterRandom(8, 1, 1, 1).NextUInt32(),
            new CounterRandom(7UL + (1UL << 32), 1, 1, 1).NextUInt32(),
            new CounterRandom(7, 2, 1, 1).NextUInt32(),
            new CounterRandom(7, 1, 2, 1).NextUInt32(),
            new CounterRandom(7, 1, 1, 2).NextUInt32(),
        ];
        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void Doubles_are_in_the_unit_interval_with_its_mean_and_variance()
    {
        var random = new CounterRandom(11);
        double sum = 0, squares = 0;
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            double x = random.NextDouble();
            Assert.InRange(x, 0, 1 - 1e-17);
            sum += x;
            squares += x * x;
        }

        double mean = sum / Draws;
        Assert.Equal(0.5, mean, 0.004);
        Assert.Equal(1.0 / 12, (squares / Draws) - (mean * mean), 0.002);
    }

    [Fact]
    public void Gaussians_have_mean_zero_variance_one_and_normal_tails()
    {
        var random = new CounterRandom(12);
        double sum = 0, squares = 0;
        int beyondTwo = 0;
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            double x = random.NextGaussian();
            sum += x;
            squares += x * x;
            beyondTwo += Math.Abs(x) > 2 ? 1 : 0;
        }

        Assert.Equal(0, sum / Draws, 0.015);
        Assert.Equal(1, squares / Draws, 0.02);
        Assert.Equal(0.0455, beyondTwo / (double)Draws, 0.003);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(1000)]
    public void Whole_numbers_are_equally_likely(int count)
    {
        var random = new CounterRandom(13, count);
        var seen = new int[count];
        int draws = 2000 * Math.Min(count, 100);
        for (int i = 0; i < draws; i++)
        {
            seen[random.NextInt(count)]++;
        }

        double expected = draws / (double)count;
        double chiSquare = seen.Sum(n => (n - expected) * (n - expected) / expected);
        double freedom = count - 1;
        Assert.InRange(chiSquare, 0, freedom + (4 * Math.Sqrt(2 * freedom)) + 1e-9);
    }

    [Fact]
    public void Whole_numbers_of_a_range_above_half_the_words_are_not_biased()
    {
        // With range 3 * 2^29 a plain multiplication or remainder would give some numbers twice as often as others.
        const int Range = 3 << 29;
        var random = new CounterRandom(14);
        int lowThird = 0;
        const int Draws = 60_000;
        for (int i = 0; i < Draws; i++)
        {
            lowThird += random.NextInt(Range) % 3 == 0 ? 1 : 0;
        }

        Assert.Equal(1.0 / 3, lowThird / (double)Draws, 0.01);
    }

    [Fact]
    public void A_range_without_numbers_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1).NextInt(0));

    [Fact]
    public void Permutations_hold_every_number_once_and_all_orders_come_up()
    {
        var orders = new Dictionary<string, int>();
        for (int sample = 0; sample < 6000; sample++)
        {
            int[] order = new CounterRandom(15, 0, 0, sample).NextPermutation(3);
            Assert.Equal([0, 1, 2], order.Order());
            string key = string.Concat(order);
            orders[key] = orders.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, orders.Count);
        Assert.All(orders.Values, n => Assert.InRange(n, 880, 1120));
    }
}
