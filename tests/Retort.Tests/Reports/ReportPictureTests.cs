using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Reports;

namespace Retort.Tests.Reports;

public sealed class ReportPictureTests
{
    private static readonly MapLevels Levels = new(1f);

    [Fact]
    public void A_large_picture_is_shrunk_and_a_small_one_is_not()
    {
        Assert.Equal((100, 25), SizeOf(Create(400, 100, 8, side: 100).Jpeg));
        Assert.Equal((25, 100), SizeOf(Create(100, 400, 8, side: 100).Jpeg));
        Assert.Equal((100, 1), SizeOf(Create(1000, 3, 8, side: 100).Jpeg));
        Assert.Equal((40, 30), SizeOf(Create(40, 30, 8, side: 100).Jpeg));
        ReportPicture picture = Create(400, 100, 8, side: 100);
        Assert.Equal((400, 100), (picture.Width, picture.Height));
    }

    [Fact]
    public void Levels_of_the_map_are_kept_to_the_last_and_a_large_map_is_shrunk()
    {
        float[] values = [.. Enumerable.Range(0, 64).Select(i => i / 32f)];
        GreyImage map = ImageFile.DecodeGrey(Create(20, 20, 8, values: values).Map);
        Assert.Equal(values.Select(Levels.Of), map.Pixels);
        Assert.Equal((128, 128), SizeOf(Create(20, 20, 256).Map));
    }

    [Fact]
    public void The_mask_is_black_and_white_and_only_there_where_there_is_one()
    {
        bool[] mask = [.. Enumerable.Range(0, 64).Select(i => i % 8 < 3)];
        GreyImage shown = ImageFile.DecodeGrey(Create(20, 20, 8, mask: mask).Mask!);
        Assert.Equal(mask.Select(m => m ? byte.MaxValue : byte.MinValue), shown.Pixels);
        Assert.Null(Create(20, 20, 8).Mask);
        Assert.Equal((256, 256), SizeOf(Create(20, 20, 512, mask: new bool[512 * 512]).Mask!));
    }

    [Theory]
    [InlineData(0, 640)]
    [InlineData(100, 640)]
    [InlineData(571, 282)]
    [InlineData(2000, 192)]
    [InlineData(100_000, 192)]
    public void Many_pictures_are_shown_smaller_than_few(int pictures, int side) => Assert.Equal(side, ReportPicture.SideFor(pictures));

    private static ReportPicture Create(int width, int height, int mapSide, int side = 100, float[]? values = null, bool[]? mask = null)
    {
        var test = new TestPicture("/test/spot/1.png", "spot/1.png", "spot", true, null);
        var map = new AnomalyMap(mapSide, mapSide, values ?? new float[mapSide * mapSide]);
        return ReportPicture.Create(new EvaluatedPicture(test, new RgbImage(width, height), map, 1.5f, mask), Levels, side);
    }

    private static (int Width, int Height) SizeOf(byte[] file)
    {
        RgbImage picture = ImageFile.Decode(file);
        return (picture.Width, picture.Height);
    }
}
