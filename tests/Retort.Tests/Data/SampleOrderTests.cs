using Retort.Data;

namespace Retort.Tests.Data;

public class SampleOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void Every_epoch_shows_every_picture_once(int count)
    {
        var order = new SampleOrder(count, seed: 3);
        for (long epoch = 0; epoch < 4; epoch++)
        {
            IEnumerable<int> shown = Enumerable.Range(0, count).Select(i => order[(epoch * count) + i]);
            Assert.Equal(Enumerable.Range(0, count), shown.Order());
        }
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        int[] Epoch(ulong seed, int epoch)
        {
            var order = new SampleOrder(50, seed);
            return [.. Enumerable.Range(0, 50).Select(i => order[(epoch * 50) + i])];
        }

        Assert.NotEqual(Epoch(1, 0), Epoch(1, 1));
        Assert.NotEqual(Epoch(1, 0), Epoch(2, 0));
        Assert.Equal(Epoch(1, 1), Epoch(1, 1));
    }

    [Fact]
    public void Looking_up_in_any_order_and_from_several_threads_gives_the_same()
    {
        var order = new SampleOrder(7, seed: 4);
        int[] expected = [.. Enumerable.Range(0, 700).Select(k => new SampleOrder(7, 4)[k])];
        Parallel.For(0, 700, k => Assert.Equal(expected[699 - k], order[699 - k]));
    }

    [Fact]
    public void Sample_numbers_beyond_32_bits_work() => Assert.InRange(new SampleOrder(3, 1)[5_000_000_000], 0, 2);

    [Fact]
    public void No_pictures_and_negative_samples_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOrder(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOrder(3, 1)[-1]);
    }
}
