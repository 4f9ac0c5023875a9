namespace Retort.Imaging.Tests;

public class PillowResizeTests
{
    public static TheoryData<string> Cases() => [.. File.ReadAllLines(Golden.Path("resize.txt"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resize_equals_Pillow_to_the_byte(string line)
    {
        string[] words = line.Split(' ');
        int[] n = [.. words[..6].Select(int.Parse)];
        byte[] resized = n[0] == 3
            ? PillowResize.Bilinear(SyntheticPicture.Rgb(n[2], n[3], (uint)n[1]), n[4], n[5]).Pixels
            : PillowResize.Bilinear(SyntheticPicture.Grey(n[2], n[3], (uint)n[1]), n[4], n[5]).Pixels;
        Assert.Equal(words[6], SyntheticPicture.Digest(resized));
    }

    [Fact]
    public void Resize_equals_the_slow_reference_at_every_width_around_the_vectors()
    {
        for (int width = 1; width <= 70; width++)
        {
            RgbImage image = SyntheticPicture.Rgb(width, 23, (uint)width);
            Assert.Equal(Reference(image.Pixels, 3, width, 23, 19, 11), PillowResize.Bilinear(image, 19, 11).Pixels);
            GreyImage grey = SyntheticPicture.Grey(41, 17, (uint)width);
            Assert.Equal(Reference(grey.Pixels, 1, 41, 17, width, 29), PillowResize.Bilinear(grey, width, 29).Pixels);
        }
    }

    [Fact]
    public void White_stays_white_and_black_black()
    {
        for (int size = 1; size < 90; size++)
        {
            var white = new GreyImage(67, 67);
            white.Pixels.AsSpan().Fill(255);
            Assert.All(PillowResize.Bilinear(white, size, size).Pixels, p => Assert.Equal(255, p));
            Assert.All(PillowResize.Bilinear(new GreyImage(67, 67), size, size).Pixels, p => Assert.Equal(0, p));
        }
    }

    [Fact]
    public void Resize_to_the_same_size_is_a_copy()
    {
        RgbImage image = SyntheticPicture.Rgb(9, 8, 1);
        RgbImage copy = PillowResize.Bilinear(image, 9, 8);
        Assert.Equal(image.Pixels, copy.Pixels);
        Assert.NotSame(image.Pixels, copy.Pixels);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    public void Resize_refuses_sides_below_one(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.Bilinear(new RgbImage(4, 4), width, height));

    // Pillow's two passes, sample by sample.
    private static byte[] Reference(byte[] samples, int channels, int width, int height, int newWidth, int newHeight)
    {
        byte[] rows = width == newWidth ? samples : Pass(samples, width, newWidth, height, channels, channels, width * channels, newWidth * channels);
        return height == newHeight ? rows : Pass(rows, height, newHeight, newWidth * channels, 1, newWidth * channels, 1, 1);
    }

    private static byte[] Pass(byte[] source, int from, int to, int lines, int channels, int step, int sourceLine, int targetLine)
    {
        byte[] target = new byte[lines * to * channels];
        double scale = (double)from / to;
        double support = Math.Max(scale, 1);
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), from);
            double[] weights = [.. Enumerable.Range(first, end - first).Select(k => Math.Max(1 - Math.Abs((k - center + 0.5) * (1 / support)), 0))];
            double sum = 0;
            foreach (double weight in weights)
            {
                sum += weight;
            }

            for (int line = 0; line < lines; line++)
            {
                for (int c = 0; c < channels; c++)
                {
                    long total = 1 << 21;
                    for (int k = 0; k < weights.Length; k++)
                    {
                        total += source[(line * sourceLine) + ((first + k) * step) + c] * (long)(0.5 + (weights[k] / sum * (1 << 22)));
                    }

                    target[(line * targetLine) + (i * step) + c] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
            }
        }

        return target;
    }
}
