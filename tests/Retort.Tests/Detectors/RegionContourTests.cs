using Retort.Detectors;
using Retort.Numerics;

namespace Retort.Tests.Detectors;

public sealed class RegionContourTests
{
    [Fact]
    public void A_pixel_far_above_its_neighbours_is_a_diamond_around_its_middle()
    {
        // The threshold is a quarter of the way down: 1 - 0.75 = 0.25 from the middle.
        List<PicturePoint> contour = RegionContour.Trace(new AnomalyMap(3, 3, [0, 0, 0, 0, 1, 0, 0, 0, 0]), 0.75f, 1, 1);
        Assert.Equal([new(1.5, 1.25), new(1.75, 1.5), new(1.5, 1.75), new(1.25, 1.5)], contour);
    }

    [Fact]
    public void A_rectangle_keeps_its_corners_and_no_other_points()
    {
        AnomalyMap map = Draw(12, 10, (x, y) => x is >= 2 and < 9 && y is >= 3 and < 8);
        List<PicturePoint> contour = RegionContour.Trace(map, 0.5f, 2, 3);

        // The corners themselves are cut off by half a pixel.
        Assert.Equal([new(2.5, 3), new(8.5, 3), new(9, 3.5), new(9, 7.5), new(8.5, 8), new(2.5, 8), new(2, 7.5), new(2, 3.5)], contour);
        Assert.Equal((7 * 5) - (4 * 0.125), Area(contour), 9);
    }

    [Fact]
    public void A_disc_has_its_area_and_few_points()
    {
        var map = new AnomalyMap(64, 64, [.. Enumerable.Range(0, 64 * 64).Select(i => (float)(20 - Math.Sqrt(Math.Pow((i % 64) + 0.5 - 30, 2) + Math.Pow((i / 64) + 0.5 - 33, 2))))]);
        Region region = Assert.Single(Region.Find(map, 0, 64, 64));
        Assert.Equal(Math.PI * 400, Area(region.Contour), 0.02 * Math.PI * 400);
        Assert.InRange(region.Contour.Count, 8, 40);
        Assert.All(region.Contour, p => Assert.Equal(20, Math.Sqrt(Math.Pow(p.X - 30, 2) + Math.Pow(p.Y - 33, 2)), 0.1));
    }

    [Fact]
    public void Pixels_that_touch_at_a_corner_are_walked_around_as_one()
    {
        AnomalyMap map = Draw(4, 4, (x, y) => (x, y) is (1, 1) or (2, 2) or (1, 3));
        List<PicturePoint> contour = RegionContour.Trace(map, 0.5f, 1, 1);

        // Three diamonds of half a pixel each, and between them two joints of the same size.
        Assert.Equal(2.5, Area(contour), 9);
        Assert.Equal((1, 4), (contour.Min(p => p.Y), contour.Max(p => p.Y)));
    }

    [Fact]
    public void A_hole_is_not_part_of_the_contour()
    {
        AnomalyMap ring = Draw(9, 9, (x, y) => x is >= 1 and < 8 && y is >= 1 and < 8 && !(x is >= 3 and < 6 && y is >= 3 and < 6));
        Assert.Equal(49 - 0.5, Area(RegionContour.Trace(ring, 0.5f, 1, 1)), 9);
    }

    [Fact]
    public void A_map_that_is_all_region_has_the_border_of_the_picture_as_contour()
    {
        Region region = Assert.Single(Region.Find(Draw(4, 4, (_, _) => true), 0.5f, 8, 8));
        Assert.Equal(64 - (4 * 0.5), Area(region.Contour), 9);
    }

    [Fact]
    public void Contours_of_random_maps_close_clockwise_with_at_least_three_points_near_their_area()
    {
        var random = new CounterRandom(9);
        for (int trial = 0; trial < 60; trial++)
        {
            (int width, int height) = (1 + random.NextInt(14), 1 + random.NextInt(14));
            var map = new AnomalyMap(width, height, new float[width * height]);
            for (int i = 0; i < map.Values.Length; i++)
            {
                map.Values[i] = (float)random.NextDouble();
            }

            foreach (Region region in Region.Find(map, 0.6f, width, height))
            {
                Assert.InRange(region.Contour.Count, 3, 4 * width * height);
                Assert.True(Area(region.Contour) > 0, "The contour is not clockwise, or has no area.");
                Assert.All(region.Contour, p =>
                {
                    Assert.InRange(p.X, region.X, region.X + region.Width);
                    Assert.InRange(p.Y, region.Y, region.Y + region.Height);
                });
            }
        }
    }

    /// <summary>By the shoelace formula; above 0 for a clockwise walk, rows going down.</summary>
    private static double Area(IReadOnlyList<PicturePoint> contour) =>
        Enumerable.Range(0, contour.Count).Sum(i => (contour[i].X * contour[(i + 1) % contour.Count].Y) - (contour[(i + 1) % contour.Count].X * contour[i].Y)) / 2;

    private static AnomalyMap Draw(int width, int height, Func<int, int, bool> inside) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => inside(i % width, i / width) ? 1f : 0f)]);
}
