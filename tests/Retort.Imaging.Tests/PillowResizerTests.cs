namespace Retort.Imaging.Tests;

public class PillowResizerTests
{
    [Theory]
    [InlineData(30, 20, 11, 7)]
    [InlineData(30, 20, 30, 7)]
    [InlineData(30, 20, 11, 20)]
    [InlineData(30, 20, 30, 20)]
    [InlineData(9, 5, 40, 33)]
    public void Several_pictures_are_resized_as_each_alone_without_allocating(int width, int height, int newWidth, int newHeight)
    {
        var resizer = new PillowResizer(width, height, newWidth, newHeight);
        byte[] resized = new byte[newWidth * newHeight * 3];
        for (uint seed = 0; seed < 3; seed++)
        {
            RgbImage picture = SyntheticPicture.Rgb(width, height, seed);
            byte[] expected = PillowResize.Bilinear(picture, newWidth, newHeight).Pixels;
            long before = GC.GetAllocatedBytesForCurrentThread();
            resizer.Resize(picture.Pixels, resized);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(expected, resized);
        }
    }

    [Fact]
    public void Spans_of_other_lengths_are_refused()
    {
        var resizer = new PillowResizer(2, 2, 1, 1);
        Assert.Throws<ArgumentException>(() => resizer.Resize(new byte[11], new byte[3]));
        Assert.Throws<ArgumentException>(() => resizer.Resize(new byte[12], new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PillowResizer(2, 0, 1, 1));
    }
}
