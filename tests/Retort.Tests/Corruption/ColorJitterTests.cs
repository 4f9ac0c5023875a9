using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class ColorJitterTests
{
    [Fact]
    public void No_jitter_changes_nothing()
    {
        byte[] rgb = [.. Enumerable.Range(0, 255).Select(i => (byte)(i * 7))], before = [.. rgb];
        new ColorJitter(1, 1, 1, 0).Apply(rgb);
        Assert.Equal(before, rgb);
    }

    [Theory]
    [InlineData(1.1, 1, 1, 0, 110, 55, 220)]
    [InlineData(1, 2, 1, 0, 73, 0, 255)] // 127.5 + 2 * (v - 127.5), and the ends are where bytes end
    [InlineData(1, 1, 0, 0, 82, 82, 82)] // 0.299 * 100 + 0.587 * 50 + 0.114 * 200
    [InlineData(1, 1, 1, 2 * Math.PI / 3, 200, 100, 50)] // a third of a turn takes red to green
    [InlineData(1, 1, 1, Math.PI, 133, 183, 33)] // half a turn: each value becomes 2/3 of the channels' sum less itself
    public void Each_of_the_four_does_what_it_is_called(double brightness, double contrast, double saturation, double hue, int red, int green, int blue)
    {
        byte[] rgb = [100, 50, 200];
        new ColorJitter(brightness, contrast, saturation, hue).Apply(rgb);
        Assert.Equal([(byte)red, (byte)green, (byte)blue], rgb);
    }

    [Fact]
    public void Grey_has_no_hue_and_no_saturation()
    {
        byte[] rgb = [77, 77, 77];
        new ColorJitter(1, 1, 1.7, 1).Apply(rgb);
        Assert.Equal([77, 77, 77], rgb);
    }

    [Fact]
    public void Draws_fill_their_range_evenly()
    {
        ColorJitter[] draws = [.. Enumerable.Range(0, 2000).Select(k =>
        {
            var random = new CounterRandom(4, 0, 0, k);
            return ColorJitter.Draw(ref random, 0.1);
        })];
        foreach (Func<ColorJitter, double> of in new Func<ColorJitter, double>[] { j => j.Brightness, j => j.Contrast, j => j.Saturation, j => 1 + (j.Hue / (2 * Math.PI)) })
        {
            Assert.InRange(draws.Min(of), 0.9, 0.901);
            Assert.InRange(draws.Max(of), 1.099, 1.1);
            Assert.InRange(draws.Average(of), 0.995, 1.005);
        }
    }
}
