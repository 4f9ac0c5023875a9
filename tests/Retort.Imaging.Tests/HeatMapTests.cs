namespace Retort.Imaging.Tests;

public class HeatMapTests
{
    [Fact]
    public void Colours_get_lighter_with_every_step()
    {
        double last = -1;
        for (int i = 0; i < 256; i++)
        {
            (byte r, byte g, byte b) = HeatMap.Color(i / 255f);
            double lightness = Lightness(r, g, b);
            Assert.True(lightness > last, $"step {i}");
            last = lightness;
        }
    }

    [Fact]
    public void Colours_go_from_dark_blue_over_purple_and_orange_to_yellow()
    {
        (byte r, byte g, byte b) = HeatMap.Color(0);
        Assert.True(b > 2 * r && b > 2 * g && b < 140);
        (r, g, b) = HeatMap.Color(0.33f);
        Assert.True(r > g && b > g);
        (r, g, b) = HeatMap.Color(0.75f);
        Assert.True(r > g && g > b);
        (r, g, b) = HeatMap.Color(1);
        Assert.True(r > 220 && g > 200 && b < 150);
    }

    [Fact]
    public void Values_outside_of_the_range_are_clamped()
    {
        RgbImage image = HeatMap.Render([-5, 0, 1, 9, float.NaN, float.PositiveInfinity], 3, 2, 0, 1);
        (byte r, byte g, byte b) = HeatMap.Color(0);
        (byte lr, byte lg, byte lb) = HeatMap.Color(1);
        Assert.Equal([r, g, b, r, g, b, lr, lg, lb, lr, lg, lb, r, g, b, lr, lg, lb], image.Pixels);
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(2f, 1f)]
    [InlineData(0f, float.NaN)]
    [InlineData(0f, float.PositiveInfinity)]
    public void An_empty_range_is_refused(float low, float high) =>
        Assert.Throws<ArgumentException>(() => HeatMap.Render([1f], 1, 1, low, high));

    // L of OKLab, forward.
    private static double Lightness(byte r8, byte g8, byte b8)
    {
        (double r, double g, double b) = (Linear(r8), Linear(g8), Linear(b8));
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s);
    }

    private static double Linear(byte value)
    {
        double x = value / 255.0;
        return x <= 0.04045 ? x / 12.92 : Math.Pow((x + 0.055) / 1.055, 2.4);
    }
}
