using Retort.Imaging;
using Retort.Layouts;

namespace Retort.Tests.Layouts;

public class TileCutterTests
{
    [Fact]
    public void Tiles_are_the_pixels_of_the_picture_at_their_place()
    {
        RgbImage picture = Noise(50, 90);
        using RowReader rows = RowReader.Of(picture);
        var cutter = new TileCutter(rows, 20);
        byte[] tile = new byte[20 * 20 * 3];
        foreach (int top in new[] { 0, 15, 30, 31, 60, 70 })
        {
            cutter.MoveTo(top);
            foreach (int left in new[] { 30, 0, 7 })
            {
                cutter.Cut(left, top, tile);
                for (int i = 0; i < tile.Length; i++)
                {
                    (int y, int x) = Math.DivRem(i / 3, 20);
                    Assert.Equal(picture.Pixels[((((top + y) * 50) + left + x) * 3) + (i % 3)], tile[i]);
                }
            }

            Assert.Equal(top + 20, rows.Position);
        }
    }

    [Fact]
    public void Beyond_the_picture_lies_its_mirror_image()
    {
        RgbImage picture = Noise(3, 2);
        using RowReader rows = RowReader.Of(picture);
        var cutter = new TileCutter(rows, 16);
        cutter.MoveTo(0);
        byte[] tile = new byte[16 * 16 * 3];
        cutter.Cut(0, 0, tile);
        int[] columns = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2];
        int[] lines = [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0];
        for (int i = 0; i < tile.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / 3, 16);
            Assert.Equal(picture.Pixels[(((lines[y] * 3) + columns[x]) * 3) + (i % 3)], tile[i]);
        }
    }

    internal static RgbImage Noise(int width, int height, ulong seed = 1)
    {
        var random = new CounterRandom(seed);
        var picture = new RgbImage(width, height);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            picture.Pixels[i] = (byte)random.NextInt(256);
        }

        return picture;
    }
}
