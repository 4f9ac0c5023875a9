namespace Retort.Imaging.Tests;

public class RowReaderTests
{
    public static TheoryData<string> Pictures() => [.. Golden.Pictures()];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Rows_read_in_pieces_make_the_picture(string name)
    {
        RgbImage expected = Golden.Expected(name);
        foreach (int piece in new[] { 1, 3, expected.Height })
        {
            using RowReader rows = RowReader.Open(Golden.Picture(name));
            Assert.Equal((expected.Width, expected.Height), (rows.Width, rows.Height));
            Assert.Equal(expected.Pixels, ReadAll(rows, piece));
        }
    }

    [Theory]
    [InlineData(32, 0, true)]
    [InlineData(7, 0, false)]
    [InlineData(1000, 0, true)]
    [InlineData(1000, 0, false)]
    [InlineData(64, 48, true)]
    [InlineData(16, 256, false)]
    public void Tiff_files_of_strips_and_of_tiles_are_read(int rowsPerStrip, int tileWidth, bool deflate)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("a.tif");
        RgbImage picture = SyntheticPicture.Rgb(301, 1000, 3);
        TiffWriter.Write(path, 301, 1000, new TiffFormat(rowsPerStrip, tileWidth, deflate), (y, row) => picture.Pixels.AsSpan(y * row.Length, row.Length).CopyTo(row));
        using RowReader rows = RowReader.Open(path);
        Assert.Equal(picture.Pixels, ReadAll(rows, 128));
        Assert.Equal(picture.Pixels, ImageFile.Decode(path).Pixels);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_picture()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("tall.tif");
        TiffWriter.Write(path, 1000, 20_000, new TiffFormat(64), (y, row) => row.Fill((byte)(y / 256)));
        byte[] band = new byte[10 * 3000];
        using RowReader rows = RowReader.Open(path);
        rows.Read(band);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (rows.Position < rows.Height)
        {
            rows.Read(band);
            Assert.Equal((byte)((rows.Position - 1) / 256), band[^1]);
        }

        // The picture has 60 MB; what is allocated are some delegates each time.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void A_picture_in_memory_is_read_too()
    {
        RgbImage picture = SyntheticPicture.Rgb(5, 7, 1);
        using RowReader rows = RowReader.Of(picture, "frame 3");
        Assert.Equal("frame 3", rows.Name);
        rows.Read(new byte[2 * 15]);
        Assert.Equal(2, rows.Position);
        byte[] row = new byte[15];
        rows.Read(row);
        Assert.Equal(picture.Pixels[30..45], row);
        Assert.Throws<ArgumentException>(() => rows.Read(new byte[5 * 15]));
        Assert.Throws<ArgumentException>(() => rows.Read(new byte[14]));
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("444.jpg")]
    [InlineData("lzw.tif")]
    [InlineData("lossy.webp")]
    public void A_picture_cut_short_is_an_error_that_names_it(string name)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Golden.Picture(name));
        string path = folder.Path("cut " + name);
        for (int kept = 1; kept <= 20; kept++)
        {
            File.WriteAllBytes(path, bytes[..(bytes.Length * kept / 25)]);
            ImageException failure = Assert.Throws<ImageException>(() =>
            {
                using RowReader rows = RowReader.Open(path);
                ReadAll(rows, 4);
            });
            Assert.StartsWith($"{path} ", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_row_is_an_error_also_when_it_is_read_late()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("x.png");
        ImageFile.WritePng(path, SyntheticPicture.Rgb(300, 300, 1));
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length * 3 / 4] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        using RowReader rows = RowReader.Open(path);
        rows.Read(new byte[900]);
        Assert.StartsWith($"{path} is damaged or cut short (", Assert.Throws<ImageException>(() => ReadAll(rows, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_before_the_end_of_a_jpeg_is_no_damage()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("padded.jpg");
        byte[] bytes = File.ReadAllBytes(Golden.Picture("444.jpg"));
        File.WriteAllBytes(path, [.. bytes[..^2], 0, 0, 0, 0xFF, 0xD9]);
        using RowReader rows = RowReader.Open(path);
        Assert.Equal(Golden.Expected("444.jpg").Pixels, ReadAll(rows, 5));
    }

    [Fact]
    public void Missing_empty_and_foreign_files_are_named()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("ä b.tif");
        Assert.Equal($"{path} does not exist: check the path.", Assert.Throws<ImageException>(() => RowReader.Open(path)).Message);
        File.WriteAllText(path, "");
        Assert.Equal($"{path} is empty: copy it again or leave it out.", Assert.Throws<ImageException>(() => RowReader.Open(path)).Message);
        File.WriteAllText(path, "no picture at all");
        Assert.StartsWith($"{path} is not a PNG", Assert.Throws<ImageException>(() => RowReader.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_compared_before_anything_is_decoded()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("a.png");
        ImageFile.WritePng(path, SyntheticPicture.Rgb(20, 30, 1));
        Assert.Equal(
            $"{path} has 20 x 30 pixels, more than the limit of 599 pixels or 262144 a side: make it smaller or leave it out.",
            Assert.Throws<ImageException>(() => RowReader.Open(path, ImageLimits.ByRows with { MaxPixels = 599 })).Message);
    }

    [Fact]
    public void A_reduced_picture_is_the_picture_made_smaller()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("slope.png");
        var slope = new RgbImage(1000, 501);
        for (int i = 0; i < slope.Pixels.Length; i++)
        {
            slope.Pixels[i] = (byte)(i / 3 % 1000 / 4);
        }

        ImageFile.WritePng(path, slope);
        RgbImage reduced = ImageFile.DecodeReduced(path, 100);
        Assert.Equal((100, 50), (reduced.Width, reduced.Height));
        RgbImage expected = PillowResize.Bilinear(slope, 100, 50);
        Assert.True(expected.Pixels.Zip(reduced.Pixels, (a, b) => Math.Abs(a - b)).Max() <= 1);
        Assert.Equal(slope.Pixels, ImageFile.DecodeReduced(path, 1000).Pixels);
    }

    private static byte[] ReadAll(RowReader rows, int piece)
    {
        byte[] pixels = new byte[rows.Width * rows.Height * 3];
        int stride = rows.Width * 3;
        while (rows.Position < rows.Height)
        {
            int count = Math.Min(piece, rows.Height - rows.Position);
            rows.Read(pixels.AsSpan(rows.Position * stride, count * stride));
        }

        return pixels;
    }
}
