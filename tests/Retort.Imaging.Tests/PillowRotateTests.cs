namespace Retort.Imaging.Tests;

public class PillowRotateTests
{
    public static TheoryData<string> Cases() => [.. File.ReadAllLines(Golden.Path("rotate.txt"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rotation_equals_Pillow_to_the_byte(string line)
    {
        string[] words = line.Split(' ');
        RgbImage image = SyntheticPicture.Rgb(int.Parse(words[1]), int.Parse(words[2]), uint.Parse(words[0]));
        RgbImage rotated = PillowRotate.Bilinear(image, double.Parse(words[3]));
        Assert.Equal((image.Width, image.Height), (rotated.Width, rotated.Height));
        Assert.Equal(words[4], SyntheticPicture.Digest(rotated.Pixels));
    }

    [Fact]
    public void Corners_get_the_fill_colour()
    {
        RgbImage rotated = PillowRotate.Bilinear(new RgbImage(40, 40), 45, 10, 20, 30);
        Assert.Equal([10, 20, 30], rotated.Pixels[..3]);
        Assert.Equal([0, 0, 0], rotated.Pixels[(((20 * 40) + 20) * 3)..][..3]);
    }

    [Fact]
    public void A_quarter_turn_goes_counter_clockwise()
    {
        // Red and green side by side: after a turn the right one, green, is on top.
        var image = new RgbImage(2, 1, [255, 0, 0, 0, 255, 0]);
        RgbImage turned = PillowRotate.QuarterTurns(image, 1);
        Assert.Equal((1, 2), (turned.Width, turned.Height));
        Assert.Equal([0, 255, 0, 255, 0, 0], turned.Pixels);
    }

    [Fact]
    public void Four_quarter_turns_are_none()
    {
        RgbImage image = SyntheticPicture.Rgb(5, 3, 1);
        RgbImage turned = image;
        for (int i = 0; i < 4; i++)
        {
            turned = PillowRotate.QuarterTurns(turned, 1);
        }

        Assert.Equal(image.Pixels, turned.Pixels);
        Assert.Equal(PillowRotate.QuarterTurns(image, 3).Pixels, PillowRotate.QuarterTurns(image, -1).Pixels);
        Assert.Equal(PillowRotate.QuarterTurns(image, 2).Pixels, PillowRotate.Bilinear(image, 180).Pixels);
        Assert.NotSame(image.Pixels, PillowRotate.QuarterTurns(image, 4).Pixels);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_angle_that_is_no_number_is_refused(double angle) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowRotate.Bilinear(new RgbImage(2, 2), angle));
}
