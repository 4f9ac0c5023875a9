namespace Retort.Imaging.Tests;

public class DamagedPictureTests
{
    public static TheoryData<string> Pictures() => [.. Golden.Pictures()];

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_cut_short_is_an_error(string name)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture(name));

        // Of an animation only the first frame is read. And never the last bytes alone: an end marker or padding may be missing without
        // any loss.
        int read = name == "frames.gif" ? bytes.Length * 2 / 5 : bytes.Length;
        for (int kept = 1; kept <= 20; kept++)
        {
            byte[] cut = bytes[..(read * kept / 25)];
            Assert.StartsWith("cut ", Assert.Throws<ImageException>(() => ImageFile.Decode(cut, "cut")).Message);
        }
    }

    [Fact]
    public void A_changed_pixel_of_a_png_does_not_pass()
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture("rgb.png"));
        bytes[bytes.Length / 2] ^= 0x10;
        Assert.StartsWith("x is damaged or cut short (", Assert.Throws<ImageException>(() => ImageFile.Decode(bytes, "x")).Message);
    }

    [Fact]
    public void Padding_before_the_end_of_a_jpeg_is_no_damage()
    {
        byte[] bytes = File.ReadAllBytes(Golden.Picture("444.jpg"));
        Assert.Equal(Golden.Expected("444.jpg").Pixels, ImageFile.Decode([.. bytes[..^2], 0, 0, 0, 0xFF, 0xD9]).Pixels);
    }

    [Fact]
    public void Random_bytes_after_each_signature_never_crash()
    {
        byte[][] signatures =
        [
            [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], [0xFF, 0xD8, 0xFF, 0xE0], [.. "II*\0"u8], [.. "MM\0*"u8],
            [.. "II+\0"u8], [.. "RIFF\0\0\0\u0001WEBPVP8 "u8], [.. "GIF89a"u8], [.. "BM"u8],
        ];
        var random = new Random(1);
        foreach (byte[] signature in signatures)
        {
            for (int round = 0; round < 100; round++)
            {
                byte[] tail = new byte[random.Next(300)];
                random.NextBytes(tail);
                Assert.Throws<ImageException>(() => ImageFile.Decode([.. signature, .. tail], "random"));
            }
        }
    }
}
