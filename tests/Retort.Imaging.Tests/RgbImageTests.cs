namespace Retort.Imaging.Tests;

public class RgbImageTests
{
    [Theory]
    [InlineData(PixelFormat.Rgb24, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(PixelFormat.Bgr24, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(PixelFormat.Rgba32, new byte[] { 1, 2, 3, 99, 4, 5, 6, 99 })]
    [InlineData(PixelFormat.Bgra32, new byte[] { 3, 2, 1, 99, 6, 5, 4, 99 })]
    public void Pixels_of_every_format_become_red_green_and_blue(PixelFormat format, byte[] row)
    {
        byte[] expected = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];
        Assert.Equal(expected, RgbImage.FromPixels([.. row, .. row], 2, 2, format).Pixels);

        // Rows that are padded, the last one excepted.
        Assert.Equal(expected, RgbImage.FromPixels([.. row, 77, 78, 79, .. row], 2, 2, format, row.Length + 3).Pixels);
    }

    [Fact]
    public void Grey_pixels_are_repeated() => Assert.Equal([7, 7, 7, 9, 9, 9], RgbImage.FromPixels([7, 0, 9], 1, 2, PixelFormat.Grey8, 2).Pixels);

    [Fact]
    public void Too_few_pixels_are_refused_with_the_number_that_is_needed()
    {
        var few = Assert.Throws<ArgumentException>(() => RgbImage.FromPixels(new byte[22], 2, 3, PixelFormat.Bgr24, 9));
        Assert.StartsWith("A picture of 2 x 3 in Bgr24 with 9 bytes from row to row needs 24 bytes, not 22.", few.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels(new byte[99], 2, 3, PixelFormat.Bgr24, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels(new byte[99], 2, 3, (PixelFormat)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbImage.FromPixels(new byte[99], 0, 3, PixelFormat.Grey8));
    }
}
