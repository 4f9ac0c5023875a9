using Retort.Imaging;
using Retort.Numerics;
using Retort.Teachers;
using Retort.Tests.Training;

namespace Retort.Tests.Teachers;

public sealed class CropPicturesTests : IDisposable
{
    private const int Width = 240, Height = 180, Size = 64;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Crops_lie_within_the_picture_at_scales_between_its_short_side_and_its_pixels()
    {
        // Red says the column, green the row: a crop shows where it was cut, and how much of the picture it has.
        CropPictures pictures = Load(Save("ramp.png", Width, Height));
        var sides = new List<double>();
        for (int i = 0; i < 300; i++)
        {
            var random = new CounterRandom(5, 0, i);
            RgbImage crop = pictures.Cut(0, Size, ref random);
            Assert.Equal((Size, Size), (crop.Width, crop.Height));
            (double left, double top) = (crop.Pixels[0], crop.Pixels[1]);
            (double right, double bottom) = (crop.Pixels[^3], crop.Pixels[^2]);
            Assert.InRange(left, 0, right);
            Assert.InRange(right, left, Width - 1);
            Assert.InRange(bottom, top, Height - 1);
            Assert.InRange(Math.Abs(right - left - (bottom - top)), 0, 3);
            sides.Add(right - left + 1);
        }

        Assert.InRange(sides.Min(), Size - 3, Size + 3);
        Assert.InRange(sides.Max(), Height - 12, Height);

        // Octaves are equally likely: half of the crops are above the geometric mean.
        Assert.InRange(sides.Count(s => s > Math.Sqrt(Size * Height)), 120, 180);
    }

    [Fact]
    public void What_is_kept_in_memory_does_not_change_what_is_cut()
    {
        string[] files = [Save("one.png", Width, Height), Save("two.png", Height, Width)];
        CropPictures kept = Load(files), read = CropPictures.Load(files, 0, 1, CancellationToken.None);
        for (int i = 0; i < 20; i++)
        {
            var one = new CounterRandom(6, 0, i);
            CounterRandom two = one;
            Assert.Equal(kept.Cut(i % 2, Size, ref one).Pixels, read.Cut(i % 2, Size, ref two).Pixels);
        }

        Assert.Equal(2, kept.Count);
    }

    [Fact]
    public void A_picture_that_is_smaller_than_the_crop_is_enlarged()
    {
        CropPictures pictures = Load(Save("small.png", 40, 30));
        var random = new CounterRandom(1);
        RgbImage crop = pictures.Cut(0, Size, ref random);
        Assert.Equal((Size, Size), (crop.Width, crop.Height));
        Assert.InRange(crop.Pixels[^2] - crop.Pixels[1], 27, 29);
    }

    [Fact]
    public void Of_several_files_that_are_no_pictures_the_first_is_named()
    {
        string[] files = [Save("one.png", Width, Height), _folder.Touch("a.png"), _folder.Touch("b.png")];
        ImageException e = Assert.Throws<ImageException>(() => CropPictures.Load(files, 1 << 20, 2, CancellationToken.None));
        Assert.Contains("a.png", e.Message, StringComparison.Ordinal);
    }

    private static CropPictures Load(params string[] files) => CropPictures.Load(files, 1 << 24, 1, CancellationToken.None);

    private string Save(string name, int width, int height)
    {
        var picture = new RgbImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            (picture.Pixels[3 * i], picture.Pixels[(3 * i) + 1]) = ((byte)(i % width), (byte)(i / width));
        }

        string path = Path.Combine(_folder.Path, name);
        SyntheticParts.Save(path, picture);
        return path;
    }
}
