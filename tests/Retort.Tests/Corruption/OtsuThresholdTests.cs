using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class OtsuThresholdTests
{
    [Fact]
    public void Two_heaps_are_parted_between_them()
    {
        var histogram = new int[256];
        (histogram[10], histogram[12], histogram[200], histogram[202]) = (50, 50, 25, 25);
        var threshold = OtsuThreshold.Find(histogram);
        Assert.Equal(12, threshold.Level);

        // Variance 1 within the classes, 190^2 * 2/3 * 1/3 between them.
        double between = 190.0 * 190.0 * 2 / 9;
        Assert.Equal(between / (between + 1), threshold.Separability, 1e-9);
    }

    [Fact]
    public void Random_histograms_agree_with_the_definition()
    {
        for (int sample = 0; sample < 50; sample++)
        {
            var random = new CounterRandom(1, 0, 0, sample);
            var histogram = new int[40];
            foreach (ref int count in histogram.AsSpan())
            {
                count = Math.Max(0, random.NextInt(60) - 30);
            }

            histogram[0]++;
            (double best, int level) = (-1, 0);
            double mean = Mean(histogram, 0, 40), variance = histogram.Select((n, v) => n * (v - mean) * (v - mean)).Sum();
            for (int t = 0; t < 39; t++)
            {
                int below = histogram[..(t + 1)].Sum(), above = histogram[(t + 1)..].Sum();
                double low = Mean(histogram, 0, t + 1) - mean, high = Mean(histogram, t + 1, 40) - mean;
                double between = below == 0 || above == 0 ? 0 : (below * low * low) + (above * high * high);
                (best, level) = between > best * (1 + 1e-12) ? (between, t) : (best, level);
            }

            var threshold = OtsuThreshold.Find(histogram);
            Assert.Equal(level, threshold.Level);
            Assert.Equal(best / variance, threshold.Separability, 1e-9);
        }
    }

    [Fact]
    public void One_value_alone_is_not_parted()
    {
        var histogram = new int[256];
        histogram[7] = 100;
        Assert.Equal(new OtsuThreshold(0, 0), OtsuThreshold.Find(histogram));
    }

    [Fact]
    public void Uniform_and_normal_values_have_the_separability_that_is_said()
    {
        var uniform = new int[256];
        Array.Fill(uniform, 10);
        int[] normal = [.. Enumerable.Range(0, 256).Select(v => (int)(1e6 * Math.Exp(-(v - 127.5) * (v - 127.5) / (2 * 30 * 30))))];
        Assert.Equal(0.75, OtsuThreshold.Find(uniform).Separability, 1e-3);
        Assert.Equal(2 / Math.PI, OtsuThreshold.Find(normal).Separability, 1e-3);
    }

    private static double Mean(int[] histogram, int from, int to)
    {
        double sum = 0, count = 0;
        for (int v = from; v < to; v++)
        {
            sum += (double)v * histogram[v];
            count += histogram[v];
        }

        return count == 0 ? 0 : sum / count;
    }
}
