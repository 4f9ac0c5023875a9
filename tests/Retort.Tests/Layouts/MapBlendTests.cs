using Retort.Detectors;
using Retort.Layouts;

namespace Retort.Tests.Layouts;

public class MapBlendTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public void Tiles_cut_from_one_map_blend_to_that_map(int overlap)
    {
        // Tiles of 32 pixels with maps of 16: two pixels of the picture are one of the map.
        var layout = new PictureLayout { Tiling = new Tiling(32, 2 * overlap) };
        float[,] whole = Random(50, 35);
        AnomalyMap map = Blend(layout, 100, 70, 16, MapBlend.MostPixels, (x, y) => whole[Math.Min(x, 49), Math.Min(y, 34)]);
        Assert.Equal((50, 35), (map.Width, map.Height));
        for (int y = 0; y < 35; y++)
        {
            for (int x = 0; x < 50; x++)
            {
                Assert.Equal(whole[x, y], map[x, y], 1e-5f);
            }
        }
    }

    [Fact]
    public void Where_tiles_disagree_the_mean_leans_to_the_nearer_middle()
    {
        var layout = new PictureLayout { Tiling = new Tiling(16, 8) };
        (TileGrid grid, PictureArea area) = Lay(layout, 24, 16);
        var blend = new MapBlend(grid, area, 16);
        float[] ones = new float[256];
        Array.Fill(ones, 1);
        blend.Add(0, 0, new float[256]);
        blend.Add(1, 0, ones);
        AnomalyMap map = blend.Complete();
        for (int x = 0; x < 24; x++)
        {
            double first = Math.Pow(Math.Sin(Math.PI * (x + 0.5) / 16), 2);
            double second = Math.Pow(Math.Sin(Math.PI * (x - 8 + 0.5) / 16), 2);
            Assert.Equal(x < 8 ? 0 : x >= 16 ? 1 : second / (first + second), map[x, 5], 1e-5);
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(97)]
    [InlineData(1)]
    public void A_map_of_bounded_size_keeps_every_peak(int mostPixels)
    {
        var layout = new PictureLayout { Tiling = new Tiling(16, 4) };
        for (int peak = 0; peak < 90 * 60; peak += 611)
        {
            AnomalyMap map = Blend(layout, 90, 60, 16, mostPixels, (x, y) => (y * 90) + x == peak ? 5 : 1);
            Assert.InRange(map.Values.Length, (mostPixels / 2) + 1, mostPixels);
            Assert.Equal(5, map.Peak(), 1e-5f);
            int at = Array.FindIndex(map.Values, v => v > 3);
            Assert.Equal(((peak % 90) + 0.5) / 90 * map.Width, (at % map.Width) + 0.5, 1.0);
            Assert.Equal(((peak / 90) + 0.5) / 60 * map.Height, (at / map.Width) + 0.5, 1.0);
            Assert.Single(map.Values, v => v > 3);
        }
    }

    [Fact]
    public void What_does_not_count_is_0_and_tiles_without_anything_may_be_left_out()
    {
        var layout = new PictureLayout { Tiling = new Tiling(16, 0), Region = new RegionOfInterest(20, 33, 20, 10) };
        AnomalyMap map = Blend(layout, 64, 64, 16, MapBlend.MostPixels, (_, _) => 7);
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                Assert.Equal(x is >= 20 and < 40 && y is >= 33 and < 43 ? 7 : 0, map[x, y], 1e-5f);
            }
        }
    }

    private static AnomalyMap Blend(PictureLayout layout, int width, int height, int size, int mostPixels, Func<int, int, float> value)
    {
        (TileGrid grid, PictureArea area) = Lay(layout, width, height);
        var blend = new MapBlend(grid, area, size, mostPixels);
        for (int row = 0; row < grid.Tops.Length; row++)
        {
            for (int column = 0; column < grid.Lefts.Length; column++)
            {
                int left = (int)Math.Round((double)grid.Lefts[column] * size / grid.Side);
                int top = (int)Math.Round((double)grid.Tops[row] * size / grid.Side);
                blend.Add(column, row, [.. Enumerable.Range(0, size * size).Select(i => value(left + (i % size), top + (i / size)))]);
            }
        }

        return blend.Complete();
    }

    private static (TileGrid Grid, PictureArea Area) Lay(PictureLayout layout, int width, int height)
    {
        var area = new PictureArea(layout, width, height, "a");
        return (new TileGrid(width, height, area.Region, layout.Tiling!), area);
    }

    private static float[,] Random(int width, int height)
    {
        var random = new CounterRandom(3);
        float[,] values = new float[width, height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                values[x, y] = (float)random.NextDouble();
            }
        }

        return values;
    }
}
