using Retort.Fuzzing;

namespace Retort.Imaging.Tests;

public class PictureFuzzTests
{
    [Fact]
    public void Damaged_pictures_are_read_or_refused_and_nothing_else()
    {
        byte[][] pictures = [.. Golden.Pictures().Select(name => File.ReadAllBytes(Golden.Picture(name)))];
        var limits = new ImageLimits { MaxPixels = 1_000_000 };
        (int refused, int inputs) = Fuzz.Run<ImageException>("pictures", 2000, pictures, Read, "damaged ");
        Assert.InRange(refused, inputs / 4, inputs);

        void Read(byte[] bytes)
        {
            RgbImage picture = ImageFile.Decode(bytes, "damaged", limits);
            Assert.InRange((long)picture.Width * picture.Height, 1, limits.MaxPixels);
        }
    }

    [Fact]
    public void Damaged_pictures_are_read_by_rows_or_refused_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("damaged");
        byte[][] pictures = [.. Golden.Pictures().Select(name => File.ReadAllBytes(Golden.Picture(name)))];
        ImageLimits limits = ImageLimits.ByRows with { MaxPixels = 1_000_000 };
        (int refused, int inputs) = Fuzz.Run<ImageException>("pictures by rows", 500, pictures, Read, path);
        Assert.InRange(refused, inputs / 4, inputs);

        void Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            using RowReader rows = RowReader.Open(path, limits);
            byte[] row = new byte[rows.Width * 3];
            while (rows.Position < rows.Height)
            {
                rows.Read(row);
            }
        }
    }
}
