using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class FeatherTests
{
    private const int Size = 33;

    [Theory]
    [InlineData(1)]
    [InlineData(1.37)]
    [InlineData(2)]
    public void Weights_are_twice_the_blurred_mask_and_at_most_one(double sigma)
    {
        float[] mask = Mask(), weights = [.. mask];
        Feather.Apply(weights, Size, sigma);
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                Assert.Equal(Math.Min(1, 2 * SlowBlur(mask, x, y, sigma)), weights[(y * Size) + x], 1e-5);
            }
        }
    }

    [Fact]
    public void The_smallest_that_opening_leaves_keeps_at_least_a_half_and_a_straight_edge_keeps_its_place()
    {
        var speck = new float[Size * Size];
        var edge = new float[Size * Size];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                speck[(y * Size) + x] = Math.Abs(x - 16) <= 1 && Math.Abs(y - 16) <= 1 ? 1 : 0;
                edge[(y * Size) + x] = x < 16 ? 1 : 0;
            }
        }

        Feather.Apply(speck, Size, 2);
        Feather.Apply(edge, Size, 2);
        Assert.InRange(speck[(16 * Size) + 16], 0.55f, 0.65f);

        // The last pixel that was set and all before it stay whole; from there the weight falls to nothing within three standard deviations.
        Assert.All(Enumerable.Range(0, 16), x => Assert.Equal(1, edge[(16 * Size) + x], 1e-5));
        Assert.All(Enumerable.Range(16, 5), x => Assert.InRange(edge[(16 * Size) + x], 0.001f, 0.9f));
        Assert.Equal(0, edge[(16 * Size) + 22]);
    }

    private static float[] Mask()
    {
        var mask = new float[Size * Size];
        var random = new CounterRandom(8);
        foreach (ref float value in mask.AsSpan())
        {
            value = random.NextDouble() < 0.3 ? 1 : 0;
        }

        return mask;
    }

    private static double SlowBlur(float[] mask, int x, int y, double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        double sum = 0, weights = 0;
        for (int dy = -radius; dy <= radius; dy++)
        {
            for (int dx = -radius; dx <= radius; dx++)
            {
                double weight = Math.Exp(-((dx * dx) + (dy * dy)) / (2 * sigma * sigma));
                sum += weight * mask[(Math.Clamp(y + dy, 0, Size - 1) * Size) + Math.Clamp(x + dx, 0, Size - 1)];
                weights += weight;
            }
        }

        return sum / weights;
    }
}
