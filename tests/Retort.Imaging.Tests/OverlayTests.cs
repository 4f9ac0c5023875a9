namespace Retort.Imaging.Tests;

public class OverlayTests
{
    [Fact]
    public void Blend_is_the_weighted_mean_and_exact_at_its_ends()
    {
        RgbImage a = SyntheticPicture.Rgb(7, 5, 1);
        RgbImage b = SyntheticPicture.Rgb(7, 5, 2);
        Assert.Equal(a.Pixels, Overlay.Blend(a, b, 0).Pixels);
        Assert.Equal(b.Pixels, Overlay.Blend(a, b, 1).Pixels);
        byte[] blended = Overlay.Blend(a, b, 0.3).Pixels;
        for (int i = 0; i < blended.Length; i++)
        {
            Assert.InRange(blended[i], (0.7 * a.Pixels[i]) + (0.3 * b.Pixels[i]) - 0.51, (0.7 * a.Pixels[i]) + (0.3 * b.Pixels[i]) + 0.51);
        }
    }

    [Fact]
    public void Contour_marks_the_rim_of_a_region_only()
    {
        float[] map = new float[9 * 9];
        for (int y = 2; y <= 6; y++)
        {
            for (int x = 2; x <= 6; x++)
            {
                map[(y * 9) + x] = 1;
            }
        }

        Assert.Equal(25 - 9, Marked(Overlay.Contour(new RgbImage(9, 9), map, 1)));
        Assert.Equal(25 - 1, Marked(Overlay.Contour(new RgbImage(9, 9), map, 1, thickness: 2)));
        Assert.Equal(0, Marked(Overlay.Contour(new RgbImage(9, 9), map, 1.5f)));
        Assert.Equal(0, Marked(Overlay.Contour(new RgbImage(9, 9), map, 0)));
    }

    [Fact]
    public void Panels_are_picture_heat_map_and_outline()
    {
        RgbImage picture = SyntheticPicture.Rgb(6, 4, 3);
        float[] map = new float[24];
        map[9] = 1;
        RgbImage panels = Overlay.Panels(picture, map, 0, 1, 0.5f, opacity: 1);
        Assert.Equal((26, 4), (panels.Width, panels.Height));
        Assert.Equal(picture.Pixels[..18], panels.Pixels[..18]);
        Assert.Equal(new byte[12], panels.Pixels[18..30]);
        (byte r, byte g, byte b) = HeatMap.Color(0);
        Assert.Equal([r, g, b], panels.Pixels[30..33]);
        int outlined = ((26 + 20 + 3) * 3);
        Assert.Equal([57, 255, 136], panels.Pixels[outlined..(outlined + 3)]);
    }

    [Fact]
    public void Pictures_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Overlay.Blend(new RgbImage(2, 2), new RgbImage(2, 3), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Blend(new RgbImage(2, 2), new RgbImage(2, 2), double.NaN));
        Assert.Throws<ArgumentException>(() => Overlay.SideBySide(1, new RgbImage(2, 2), new RgbImage(2, 3)));
        Assert.Throws<ArgumentException>(() => Overlay.Contour(new RgbImage(2, 2), new float[3], 0));
    }

    private static int Marked(RgbImage image)
    {
        int count = 0;
        for (int i = 0; i < image.Pixels.Length; i += 3)
        {
            count += image.Pixels[i + 1] == 255 ? 1 : 0;
        }

        return count;
    }
}
