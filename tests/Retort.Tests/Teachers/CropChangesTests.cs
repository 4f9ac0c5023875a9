using Retort.Imaging;
using Retort.Numerics;
using Retort.Teachers;

namespace Retort.Tests.Teachers;

public class CropChangesTests
{
    private const int Side = 24;

    [Fact]
    public void The_eight_turns_are_all_that_a_square_has()
    {
        // The corners say how it lies.
        RgbImage picture = Noise(1);
        string[] lies = [.. Enumerable.Range(0, 8).Select(symmetry => Corners(CropChanges.Turn(picture, symmetry)))];
        Assert.Equal(8, lies.Distinct().Count());
        Assert.Equal(Corners(picture), lies[0]);

        // A quarter turn and back, and each mirroring twice, give the picture itself.
        Assert.Equal(picture.Pixels, CropChanges.Turn(CropChanges.Turn(picture, 5), 6).Pixels);
        Assert.All([1, 2, 3, 4, 7], mirror => Assert.Equal(picture.Pixels, CropChanges.Turn(CropChanges.Turn(picture, mirror), mirror).Pixels));
    }

    [Fact]
    public void A_mirrored_picture_has_its_columns_in_reverse_order()
    {
        RgbImage picture = Noise(2), mirrored = CropChanges.Turn(picture, 1);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                Assert.Equal(Pixel(picture, Side - 1 - x, y), Pixel(mirrored, x, y));
            }
        }
    }

    [Fact]
    public void The_same_draws_make_the_same_changes_and_the_size_stays()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            RgbImage one = Change(Noise(7), seed), two = Change(Noise(7), seed);
            Assert.Equal((Side, Side), (one.Width, one.Height));
            Assert.Equal(one.Pixels, two.Pixels);
            Assert.NotEqual(Change(Noise(7), seed + 1000).Pixels, one.Pixels);
        }
    }

    [Fact]
    public void Some_crops_are_grey_most_are_not_and_light_stays_within_bounds()
    {
        const int count = 400;
        int grey = 0;
        double mean = 0;
        for (int seed = 0; seed < count; seed++)
        {
            // Without noise to tell it from, a grey crop has three equal channels.
            byte[] pixels = Change(Flat(200, 120, 60), seed).Pixels;
            grey += pixels.Chunk(3).All(p => Math.Abs(p[0] - p[1]) <= 1 && Math.Abs(p[1] - p[2]) <= 1) ? 1 : 0;
            mean += pixels.Average(p => (double)p) / count;
        }

        // 0.15 of them, less the quarter that is noisy as well.
        Assert.InRange(grey, 0.06 * count, 0.18 * count);
        Assert.InRange(mean, 100, 145);
    }

    private static RgbImage Change(RgbImage crop, int seed)
    {
        var random = new CounterRandom((ulong)seed);
        return CropChanges.Apply(crop, ref random);
    }

    private static RgbImage Noise(int seed)
    {
        var random = new CounterRandom((ulong)seed);
        var picture = new RgbImage(Side, Side);
        foreach (ref byte value in picture.Pixels.AsSpan())
        {
            value = (byte)random.NextInt(256);
        }

        return picture;
    }

    private static RgbImage Flat(byte red, byte green, byte blue)
    {
        var picture = new RgbImage(Side, Side);
        for (int i = 0; i < picture.Pixels.Length; i += 3)
        {
            (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]) = (red, green, blue);
        }

        return picture;
    }

    private static string Corners(RgbImage picture) =>
        string.Join(' ', Pixel(picture, 0, 0), Pixel(picture, Side - 1, 0), Pixel(picture, 0, Side - 1), Pixel(picture, Side - 1, Side - 1));

    private static (byte Red, byte Green, byte Blue) Pixel(RgbImage picture, int x, int y)
    {
        Span<byte> at = picture.Pixels.AsSpan(((y * picture.Width) + x) * 3, 3);
        return (at[0], at[1], at[2]);
    }
}
