using System.Buffers.Binary;

namespace Retort.Imaging.Tests;

public class ImageFileTests
{
    public static TheoryData<string> Pictures() => [.. Golden.Pictures()];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pictures_decode_to_the_pixels_that_Pillow_reads(string name)
    {
        RgbImage expected = Golden.Expected(name);
        RgbImage image = ImageFile.Decode(Golden.Picture(name));
        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.Equal(expected.Pixels, image.Pixels);
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void The_size_is_that_of_the_decoded_picture(string name)
    {
        RgbImage expected = Golden.Expected(name);
        Assert.Equal((expected.Width, expected.Height), ImageFile.ReadSize(Golden.Picture(name)));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Streams_and_bytes_give_what_a_path_gives(string name)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture(name));
        byte[] expected = ImageFile.Decode(Golden.Picture(name)).Pixels;
        Assert.Equal(expected, ImageFile.Decode(bytes).Pixels);
        using var stream = new MemoryStream(bytes);
        Assert.Equal(expected, ImageFile.Decode(stream).Pixels);
        using var pipe = new Unseekable(bytes);
        Assert.Equal(expected, ImageFile.Decode(pipe).Pixels);
    }

    [Fact]
    public async Task A_stream_is_read_whole_and_not_beyond_the_limit()
    {
        byte[] bytes = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31))];
        using var pipe = new Unseekable(bytes);
        Assert.Equal(bytes, await ImageFile.ReadAsync(pipe));
        var tooLong = await Assert.ThrowsAsync<ImageException>(() => ImageFile.ReadAsync(new MemoryStream(bytes), "upload.png", new ImageLimits { MaxFileBytes = 199_999 }));
        Assert.StartsWith("upload.png has more bytes than the limit of 199999", tooLong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_picture_can_be_refused_without_an_exception()
    {
        Assert.True(ImageFile.TryDecode(File.ReadAllBytes(Golden.Picture("rgb.png")), out RgbImage? picture, out string? problem));
        Assert.Null(problem);
        Assert.Equal(Golden.Expected("rgb.png").Pixels, picture.Pixels);
        Assert.False(ImageFile.TryDecode([1, 2, 3], out picture, out problem, "upload.png"));
        Assert.Null(picture);
        Assert.StartsWith("upload.png is not a PNG", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("palette.png")]
    [InlineData("rgba.png")]
    [InlineData("cmyk.tif")]
    [InlineData("orientation-6.jpg")]
    public void Colour_becomes_grey_by_the_formula_of_Pillow(string name)
    {
        byte[] rgb = Golden.Expected(name).Pixels;
        byte[] grey = ImageFile.DecodeGrey(Golden.Picture(name)).Pixels;
        Assert.Equal(rgb.Length / 3, grey.Length);
        for (int i = 0; i < grey.Length; i++)
        {
            Assert.Equal(((rgb[3 * i] * 19595) + (rgb[(3 * i) + 1] * 38470) + (rgb[(3 * i) + 2] * 7471) + 0x8000) >> 16, grey[i]);
        }
    }

    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("grey16.png")]
    [InlineData("grey16.tif")]
    [InlineData("one-bit.png")]
    [InlineData("grey.bmp")]
    public void Grey_stays_as_it_is(string name)
    {
        byte[] rgb = Golden.Expected(name).Pixels;
        byte[] grey = ImageFile.DecodeGrey(Golden.Picture(name)).Pixels;
        Assert.Equal([.. Enumerable.Range(0, grey.Length).Select(i => rgb[3 * i])], grey);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(37, 23)]
    public void Png_keeps_every_pixel(int width, int height)
    {
        RgbImage rgb = SyntheticPicture.Rgb(width, height, 1);
        Assert.Equal(rgb.Pixels, ImageFile.Decode(ImageFile.EncodePng(rgb)).Pixels);
        GreyImage grey = SyntheticPicture.Grey(width, height, 1);
        byte[] file = ImageFile.EncodePng(grey);
        Assert.Equal(0, file[25]);
        Assert.Equal(grey.Pixels, ImageFile.DecodeGrey(file).Pixels);
    }

    [Fact]
    public void Jpeg_keeps_a_smooth_picture_closely_and_gets_smaller_with_quality()
    {
        var image = new RgbImage(64, 48);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)((i / 3 % 64 * 2) + (i / 192) + (i % 3 * 20));
        }

        byte[] fine = ImageFile.EncodeJpeg(image, 95);
        byte[] coarse = ImageFile.EncodeJpeg(image, 20);
        Assert.True(coarse.Length < fine.Length);
        byte[] pixels = ImageFile.Decode(fine).Pixels;
        Assert.True(pixels.Zip(image.Pixels, (a, b) => Math.Abs(a - b)).Max() <= 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.EncodeJpeg(image, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.EncodeJpeg(image, 101));
    }

    [Theory]
    [InlineData("plain.png")]
    [InlineData("two words.png")]
    [InlineData("Prüfstück größer.png")]
    [InlineData("検査画像.png")]
    [InlineData("100%[1].png")]
    public void Files_of_any_name_are_written_and_read(string name)
    {
        using var folder = new TemporaryFolder();
        RgbImage image = SyntheticPicture.Rgb(5, 4, 1);
        ImageFile.WritePng(folder.Path(name), new RgbImage(1, 1));
        ImageFile.WritePng(folder.Path(name), image);
        Assert.Equal([name], folder.Names());
        Assert.Equal(image.Pixels, ImageFile.Decode(folder.Path(name)).Pixels);
        ImageFile.WriteJpeg(folder.Path(name), image, 80);
        Assert.Equal((5, 4), ImageFile.ReadSize(folder.Path(name)));
    }

    [Fact]
    public void What_cannot_be_written_says_why_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.Path("no/such/a.png");
        Assert.Equal(
            $"{missing} cannot be written because its folder does not exist: make the folder first.",
            Assert.Throws<ImageException>(() => ImageFile.WritePng(missing, new RgbImage(1, 1))).Message);
        Directory.CreateDirectory(folder.Path("folder.png"));
        Assert.Equal(
            $"{folder.Path("folder.png")} cannot be written because it is a folder: name a file in it.",
            Assert.Throws<ImageException>(() => ImageFile.WritePng(folder.Path("folder.png"), new RgbImage(1, 1))).Message);
        Assert.Equal(["folder.png"], folder.Names());
    }

    [Fact]
    public void Messages_name_the_file_and_the_trouble()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("a b.png");
        Assert.Equal($"{path} does not exist: check the path.", Message(path));
        Assert.Equal($"{folder.Path("")} is a folder, not a picture: name a file in it.", Message(folder.Path("")));
        File.WriteAllBytes(path, []);
        Assert.Equal($"{path} is empty: copy it again or leave it out.", Message(path));
        File.WriteAllText(path, "This is a text that is called a picture.");
        Assert.Equal($"{path} is not a PNG, JPEG, TIFF, WebP, GIF or BMP picture: convert it to one of these or leave it out.", Message(path));
        File.WriteAllText(path, "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='3'/>");
        Assert.StartsWith($"{path} is not a PNG", Message(path));
        Assert.StartsWith("part 7 is empty", Assert.Throws<ImageException>(() => ImageFile.Decode([], "part 7")).Message);
    }

    [Fact]
    public void Pictures_beyond_the_limits_are_refused()
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture("rgb.png"));
        Assert.Equal(
            "x has 29 x 22 pixels, more than the limit of 637 pixels or 32768 a side: make it smaller or leave it out.",
            Assert.Throws<ImageException>(() => ImageFile.Decode(bytes, "x", new ImageLimits { MaxPixels = 637 })).Message);
        Assert.Throws<ImageException>(() => ImageFile.Decode(bytes, "x", new ImageLimits { MaxSide = 28 }));
        Assert.Equal(29, ImageFile.Decode(bytes, "x", new ImageLimits { MaxPixels = 638, MaxSide = 29 }).Width);
        Assert.Contains("bytes than the limit of 10:", Assert.Throws<ImageException>(
            () => ImageFile.Decode(new MemoryStream(bytes), "x", new ImageLimits { MaxFileBytes = 10 })).Message);
    }

    [Theory]
    [InlineData("float.tif", "has samples that are neither 8 nor 16 bits of positive whole numbers: save it with 8 or 16 bits a sample.")]
    [InlineData("compressed.bmp", "is a BMP of a kind that is not read (compression 1): save it as PNG.")]
    public void Kinds_that_are_not_read_are_named(string name, string trouble) =>
        Assert.Equal($"{Golden.Path(name)} {trouble}", Message(Golden.Path(name)));

    [Fact]
    public void The_size_is_found_behind_a_long_header()
    {
        byte[] jpeg = File.ReadAllBytes(Golden.Picture("orientation-6.jpg"));
        byte[] segment = [0xFF, 0xEF, 0xEA, 0x60, .. new byte[0xEA60 - 2]];
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("long.jpg"), [.. jpeg[..2], .. segment, .. segment, .. jpeg[2..]]);
        Assert.Equal((22, 29), ImageFile.ReadSize(folder.Path("long.jpg")));
        Assert.Equal(Golden.Expected("orientation-6.jpg").Pixels, ImageFile.Decode(folder.Path("long.jpg")).Pixels);
    }

    [Theory]
    [InlineData("rgb.png", 16)]
    [InlineData("24.bmp", 18)]
    public void A_header_that_claims_gigabytes_costs_nothing(string name, int offset)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture(name));
        bool png = name.EndsWith("png", StringComparison.Ordinal);
        for (int i = 0; i < 2; i++)
        {
            Span<byte> side = bytes.AsSpan(offset + (4 * i));
            if (png)
            {
                BinaryPrimitives.WriteInt32BigEndian(side, 32_000);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(side, 32_000);
            }
        }

        if (png)
        {
            // The header has a check sum, without which the size would not be believed.
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Crc(bytes.AsSpan(12, 17)));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("32000 x 32000 pixels", Assert.Throws<ImageException>(() => ImageFile.Decode(bytes, "bomb")).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Pictures_decode_on_many_threads_at_once()
    {
        string[] names = Golden.Pictures();
        byte[] broken = File.ReadAllBytes(Golden.Picture("rgb.png"))[..200];
        Parallel.For(0, 400, i =>
        {
            string name = names[i % names.Length];
            Assert.Equal(Golden.Expected(name).Pixels, ImageFile.Decode(Golden.Picture(name)).Pixels);
            Assert.StartsWith("b is damaged", Assert.Throws<ImageException>(() => ImageFile.Decode(broken, "b")).Message);
        });
    }

    private static string Message(string path) => Assert.Throws<ImageException>(() => ImageFile.Decode(path)).Message;

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
