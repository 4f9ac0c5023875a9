using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class WeakRegionsTests
{
    private const int Size = 6;

    private static readonly string[] Rows =
    [
        "##....",
        ".#..##",
        "....##",
        "#.....",
        "#..###",
        "...###",
    ];

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 4)]
    [InlineData(2.5, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 1)]
    [InlineData(6.1, 0)]
    public void Regions_below_the_least_size_go(double least, int regions)
    {
        bool[] kept = Remove(new WeakRegions(least, 0), new byte[Size * Size * 3], 1);
        Assert.Equal(new[] { 3, 4, 2, 6 }.Where(n => n >= least).Sum(), kept.Count(m => m));
        Assert.Equal(regions, new[] { 3, 4, 2, 6 }.Count(n => n >= least));
    }

    [Fact]
    public void Regions_whose_surface_is_hardly_another_go_as_a_whole()
    {
        // All values of the picture are 100; those of the surface 100 in the upper half but for one, which is 148 in one channel, and 90 in the lower.
        var surface = new byte[Size * Size * 3];
        surface.AsSpan().Fill(90);
        surface.AsSpan(0, 3 * Size * 3).Fill(100);
        surface[(3 * ((1 * Size) + 4)) + 2] = 148;

        // Mean changes: 0, 48 / 12 = 4, 10 and 10, times the opacity.
        Assert.Equal(4 + 2 + 6, Remove(new WeakRegions(0, 4), surface, 1).Count(m => m));
        Assert.Equal(2 + 6, Remove(new WeakRegions(0, 4.01), surface, 1).Count(m => m));
        Assert.Equal(2 + 6, Remove(new WeakRegions(0, 5), surface, 0.5).Count(m => m));
        Assert.Equal(0, Remove(new WeakRegions(0, 5), surface, 0.49).Count(m => m));
        Assert.Equal(3 + 4 + 2 + 6, Remove(new WeakRegions(0, 0), surface, 0.5).Count(m => m));
    }

    [Fact]
    public void An_empty_mask_stays_empty()
    {
        var mask = new bool[Size * Size];
        new WeakRegions(1, 1).Remove(mask, Size, new byte[Size * Size * 3], new byte[Size * Size * 3], 1);
        Assert.DoesNotContain(true, mask);
    }

    private static bool[] Remove(WeakRegions regions, byte[] surface, double opacity)
    {
        bool[] mask = [.. string.Concat(Rows).Select(c => c == '#')], before = [.. mask];
        var image = new byte[Size * Size * 3];
        image.AsSpan().Fill(100);
        regions.Remove(mask, Size, image, surface, opacity);
        Assert.All(mask.Zip(before), m => Assert.True(m.Second || !m.First));
        return mask;
    }
}
