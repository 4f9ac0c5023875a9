using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class RegionTests
{
    private static readonly AnomalyMap Map = new(6, 4,
    [
        0, 5, 0, 0, 0, 0,
        0, 0, 6, 0, 0, 0,
        0, 0, 0, 0, 0, 9,
        0, 0, 0, 0, 0, 7,
    ]);

    [Fact]
    public void Regions_of_equal_maps_are_equal_and_a_moved_point_of_the_contour_makes_another()
    {
        AnomalyMap Spot() => new(3, 3, [0, 0, 0, 0, 2, 1, 0, 0, 0]);
        Region one = Assert.Single(Region.Find(Spot(), 1, 6, 6)), same = Assert.Single(Region.Find(Spot(), 1, 6, 6));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, same with { Contour = [.. same.Contour.Select(p => new PicturePoint(p.X + 1, p.Y))] });
    }

    [Fact]
    public void Pixels_that_touch_at_a_corner_are_one_region_and_the_highest_peak_comes_first()
    {
        IReadOnlyList<Region> regions = Region.Find(Map, 5, 6, 4);
        Assert.Equal([(5, 2, 1, 2, 2.0, 9f, 8f), (1, 0, 2, 2, 2.0, 6f, 5.5f)], regions.Select(Figures));
        Assert.Equal([new PicturePoint(5.5, 3), new PicturePoint(2, 1)], regions.Select(r => r.Centroid));
    }

    [Fact]
    public void The_threshold_itself_counts_and_what_is_below_does_not()
    {
        Assert.Equal([(5, 2, 1, 1, 1.0, 9f, 9f)], Region.Find(Map, 9, 6, 4).Select(Figures));
        Assert.Empty(Region.Find(Map, 9.01f, 6, 4));
    }

    [Fact]
    public void Regions_are_measured_in_pixels_of_the_picture_and_their_boxes_cover_them()
    {
        // 6 x 4 stretched over 20 x 10: columns of 3.33, rows of 2.5.
        Region region = Region.Find(Map, 7, 20, 10)[0];
        Assert.Equal((16, 5, 4, 5), (region.X, region.Y, region.Width, region.Height));
        Assert.Equal(2 * (20 / 6.0) * (10 / 4.0), region.Area, 9);
        Assert.Equal(5.5 * 20 / 6, region.Centroid.X, 9);
        Assert.Equal(7.5, region.Centroid.Y, 9);
        Assert.All(region.Contour, p =>
        {
            Assert.InRange(p.X, 16, 20);
            Assert.InRange(p.Y, 5, 10);
        });
    }

    [Fact]
    public void A_picture_smaller_than_the_map_has_boxes_of_at_least_one_pixel()
    {
        Region region = Region.Find(Map, 7, 1, 1)[0];
        Assert.Equal((0, 0, 1, 1), (region.X, region.Y, region.Width, region.Height));
    }

    [Fact]
    public void Values_that_are_not_numbers_belong_to_no_region()
    {
        Assert.Empty(Region.Find(new AnomalyMap(2, 1, [float.NaN, 0]), 0.5f, 2, 1));
        Region beside = Assert.Single(Region.Find(new AnomalyMap(3, 1, [float.NaN, 1, float.PositiveInfinity]), 0.5f, 3, 1));
        Assert.All(beside.Contour, p => Assert.True(double.IsFinite(p.X) && double.IsFinite(p.Y)));
    }

    private static (int X, int Y, int Width, int Height, double Area, float Peak, float Mean) Figures(Region r) => (r.X, r.Y, r.Width, r.Height, r.Area, r.Peak, r.Mean);
}
