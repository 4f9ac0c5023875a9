using Retort.Corruption;
using Retort.Imaging;

namespace Retort.Tests.Corruption;

public class ForegroundMaskTests
{
    private const int Size = 128;

    [Fact]
    public void A_bottle_before_white_is_found_but_for_its_soft_edge()
    {
        var mask = new bool[Size * Size];
        Assert.True(ForegroundMask.Find(Disc(radius: 50), new SimulationRecipe(), mask));
        for (int p = 0; p < mask.Length; p++)
        {
            double distance = Distance(p);
            if (Math.Abs(distance - 50) > 2)
            {
                Assert.Equal(distance < 50, mask[p]);
            }
        }
    }

    [Theory]
    [InlineData(14)]
    [InlineData(61)]
    public void Hardly_any_part_or_hardly_any_background_makes_all_of_it_foreground(int half)
    {
        // 4.8 % and 90.8 %.
        var mask = new bool[Size * Size];
        Assert.False(ForegroundMask.Find(Square(half), new SimulationRecipe { MostBorder = 1 }, mask));
        Assert.DoesNotContain(false, mask);
        Assert.True(ForegroundMask.Find(Square(half), new SimulationRecipe { MostBorder = 1, LeastForeground = 0.04, MostForeground = 0.91 }, mask));
        Assert.Equal(4 * half * half, mask.Count(m => m));
    }

    [Fact]
    public void A_surface_of_noise_is_all_foreground_for_Otsu_does_not_part_it()
    {
        var picture = new RgbImage(Size, Size);
        var random = new CounterRandom(4);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            picture.Pixels[i] = (byte)Math.Clamp(120 + (25 * random.NextGaussian()), 0, 255);
        }

        var mask = new bool[Size * Size];
        Assert.False(ForegroundMask.Find(picture, new SimulationRecipe(), mask));
        Assert.DoesNotContain(false, mask);
        Assert.True(ForegroundMask.Find(picture, new SimulationRecipe { LeastSeparability = 0, MostBorder = 1 }, mask));
    }

    [Fact]
    public void A_chequered_surface_is_all_foreground_for_its_border_is_of_both_colours()
    {
        var picture = new RgbImage(Size, Size);
        for (int p = 0; p < Size * Size; p++)
        {
            picture.Pixels.AsSpan(3 * p, 3).Fill((((p % Size) / 16) + (p / Size / 16)) % 2 == 0 ? (byte)40 : (byte)220);
        }

        var mask = new bool[Size * Size];
        Assert.False(ForegroundMask.Find(picture, new SimulationRecipe(), mask));
        Assert.DoesNotContain(false, mask);
        Assert.True(ForegroundMask.Find(picture, new SimulationRecipe { MostBorder = 0.6 }, mask));
    }

    [Fact]
    public void A_part_that_runs_from_edge_to_edge_is_found()
    {
        RgbImage picture = Square(0);
        for (int p = 0; p < Size * Size; p++)
        {
            if (p % Size is >= 40 and < 90)
            {
                picture.Pixels.AsSpan(3 * p, 3).Fill(60);
            }
        }

        var mask = new bool[Size * Size];
        Assert.True(ForegroundMask.Find(picture, new SimulationRecipe(), mask));
        Assert.Equal(50 * Size, mask.Count(m => m));
    }

    [Fact]
    public void The_colour_of_the_border_is_its_median_by_channel()
    {
        RgbImage picture = Square(40);
        for (int x = 0; x < 50; x++)
        {
            picture.Pixels[3 * x] = 3;
        }

        picture.Pixels[1] = 0;
        var colour = new byte[3];
        ForegroundMask.FindBorderColour(picture, 4, colour);
        Assert.Equal([250, 251, 252], colour);
    }

    [Fact]
    public void A_picture_of_one_colour_is_all_foreground()
    {
        var mask = new bool[Size * Size];
        Assert.False(ForegroundMask.Find(Square(0), new SimulationRecipe(), mask));
        Assert.DoesNotContain(false, mask);
    }

    // A dark bottle from above: rings, and a soft edge three pixels wide, before white.
    private static RgbImage Disc(double radius)
    {
        var picture = new RgbImage(Size, Size);
        var random = new CounterRandom(3);
        for (int p = 0; p < Size * Size; p++)
        {
            double distance = Distance(p), inside = Math.Clamp((radius + 1.5 - distance) / 3, 0, 1);
            for (int c = 0; c < 3; c++)
            {
                double glass = 40 + (30 * Math.Sin(distance / 3)) + (10 * c) + random.NextInt(10);
                picture.Pixels[(3 * p) + c] = (byte)((inside * glass) + ((1 - inside) * 255));
            }
        }

        return picture;
    }

    private static RgbImage Square(int half)
    {
        var picture = new RgbImage(Size, Size);
        for (int p = 0; p < Size * Size; p++)
        {
            int off = Math.Max(Math.Abs((2 * (p % Size)) + 1 - Size), Math.Abs((2 * (p / Size)) + 1 - Size));
            for (int c = 0; c < 3; c++)
            {
                picture.Pixels[(3 * p) + c] = (byte)(off < 2 * half ? 30 : 250 + c);
            }
        }

        return picture;
    }

    private static double Distance(int p) => Math.Sqrt(Math.Pow((p % Size) - 63.5, 2) + Math.Pow((p / Size) - 63.5, 2));
}
