using Retort.Layouts;

namespace Retort.Tests.Layouts;

public class TileGridTests
{
    [Fact]
    public void Tiles_are_as_few_as_cover_the_picture_and_lie_flush_with_its_edges()
    {
        TileGrid grid = Grid(1000, 600, 256, 64);
        Assert.Equal([0, 186, 372, 558, 744], grid.Lefts.ToArray());
        Assert.Equal([0, 172, 344], grid.Tops.ToArray());
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(256, 1)]
    [InlineData(256, 128)]
    [InlineData(100, 25)]
    public void Every_pixel_is_covered_and_neighbours_overlap_as_asked_for(int side, int overlap)
    {
        for (int width = 1; width < 1500; width += 7)
        {
            int[] lefts = Grid(width, 300, side, overlap).Lefts.ToArray();
            Assert.Equal(0, lefts[0]);
            Assert.Equal(Math.Max(0, width - side), lefts[^1]);
            for (int i = 1; i < lefts.Length; i++)
            {
                Assert.InRange(lefts[i] - lefts[i - 1], 1, side - overlap);
            }
        }
    }

    [Fact]
    public void Only_the_region_of_interest_is_covered()
    {
        TileGrid grid = new(1000, 600, new RegionOfInterest(100, 500, 400, 50), new Tiling(200, 0));
        Assert.Equal([100, 300], grid.Lefts.ToArray());

        // A tile in the middle of a lower region, as far as the picture allows.
        Assert.Equal([400], grid.Tops.ToArray());
        Assert.Equal([225], new TileGrid(1000, 600, new RegionOfInterest(300, 0, 50, 50), new Tiling(200, 0)).Lefts.ToArray());
    }

    [Fact]
    public void A_picture_smaller_than_a_tile_has_one()
    {
        TileGrid grid = Grid(10, 256, 256, 64);
        Assert.Equal([0], grid.Lefts.ToArray());
        Assert.Equal([0], grid.Tops.ToArray());
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(8193, 0)]
    [InlineData(256, -1)]
    [InlineData(256, 129)]
    public void Tilings_that_make_no_sense_are_refused(int side, int overlap) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tiling(side, overlap));

    private static TileGrid Grid(int width, int height, int side, int overlap) =>
        new(width, height, new RegionOfInterest(0, 0, width, height), new Tiling(side, overlap));
}
