using Retort.Imaging;
using Retort.Layouts;

namespace Retort.Tests.Layouts;

public sealed class PictureAreaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pixel_of_a_map_counts_if_its_middle_does()
    {
        var area = new PictureArea(new PictureLayout { Region = new RegionOfInterest(25, 10, 30, 1000) }, 100, 40, "a");
        bool[] ignored = new bool[10 * 4];

        // Ten pixels of the picture each: the middles of the columns are 5, 15, 25...
        Assert.Equal(3 * 3, area.Mark(0, 0, 10, 10, ignored, 10));
        for (int i = 0; i < ignored.Length; i++)
        {
            Assert.Equal(!(i % 10 is >= 2 and <= 4 && i / 10 >= 1), ignored[i]);
        }

        Assert.True(area.CountsWholly(25, 10, 30, 30));
        Assert.False(area.CountsWholly(24, 10, 30, 30));
        Assert.False(area.CountsWholly(25, 10, 30, 31));
    }

    [Fact]
    public void What_lies_beyond_the_picture_does_not_count()
    {
        var area = new PictureArea(PictureLayout.Whole, 5, 3, "a");
        bool[] ignored = new bool[8 * 8];
        Assert.Equal(15, area.Mark(0, 0, 1, 1, ignored, 8));
        Assert.False(ignored[(2 * 8) + 4]);
        Assert.True(ignored[(2 * 8) + 5]);
        Assert.True(ignored[(3 * 8) + 4]);
    }

    [Fact]
    public void A_mask_is_stretched_over_the_picture()
    {
        var area = new PictureArea(new PictureLayout { Ignore = Mask(4, 2, (x, y) => x == 1 && y == 1) }, 100, 50, "a");
        bool[] ignored = new bool[100 * 50];
        Assert.Equal((100 * 50) - (25 * 25), area.Mark(0, 0, 1, 1, ignored, 100));
        Assert.True(ignored[(25 * 100) + 25]);
        Assert.True(ignored[(49 * 100) + 49]);
        Assert.False(ignored[(24 * 100) + 25]);
        Assert.False(ignored[(49 * 100) + 50]);
        Assert.False(area.CountsWholly(0, 0, 10, 10));
    }

    [Fact]
    public void A_region_beside_the_picture_is_an_error_that_names_both()
    {
        var failure = Assert.Throws<ImageException>(() => new PictureArea(new PictureLayout { Region = new RegionOfInterest(100, 0, 5, 5) }, 100, 40, "a.png"));
        Assert.Equal("a.png has 100 x 40 pixels, and the region of interest 100,0,5,5 lies beside it: choose a region within the pictures, or leave this one out.", failure.Message);
    }

    [Fact]
    public void Masks_that_ignore_nothing_or_everything_are_refused()
    {
        string path = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(path, new GreyImage(3, 1, [0, 127, 5]));
        Assert.Equal($"{path}: the brightest value of the mask is 127, so it ignores nothing; make white (255) what is to be ignored.", Assert.Throws<RetortException>(() => IgnoreMask.Load(path)).Message);
        ImageFile.WritePng(path, new GreyImage(3, 1, [128, 255, 200]));
        Assert.Equal($"{path}: all of the mask is white, so nothing would be looked at; make black what counts.", Assert.Throws<RetortException>(() => IgnoreMask.Load(path)).Message);
        ImageFile.WritePng(path, new GreyImage(3, 1, [128, 127, 0]));
        IgnoreMask mask = IgnoreMask.Load(path);
        Assert.Equal((3, 1, true, false, false), (mask.Width, mask.Height, mask[0, 0], mask[1, 0], mask[2, 0]));
    }

    private IgnoreMask Mask(int width, int height, Func<int, int, bool> white)
    {
        string path = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(path, new GreyImage(width, height, [.. Enumerable.Range(0, width * height).Select(i => white(i % width, i / width) ? (byte)255 : (byte)0)]));
        return IgnoreMask.Load(path);
    }
}
