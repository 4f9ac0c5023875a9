using Retort.Imaging.Vips;

namespace Retort.Imaging;

public static partial class ImageFile
{
    /// <summary>The bytes of a PNG file of 8-bit RGB.</summary>
    public static byte[] EncodePng(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return VipsEncoder.Png(image.Pixels, image.Width, image.Height, 3);
    }

    /// <summary>The bytes of a PNG file of 8-bit grey.</summary>
    public static byte[] EncodePng(GreyImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return VipsEncoder.Png(image.Pixels, image.Width, image.Height, 1);
    }

    /// <summary>The bytes of a JPEG file.</summary>
    /// <param name="image">The picture, at most 65535 pixels a side.</param>
    /// <param name="quality">1 to 100; from 90 on colour is kept at full resolution.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quality"/> is outside 1 to 100, or a side is too long for JPEG.</exception>
    public static byte[] EncodeJpeg(RgbImage image, int quality = 90)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(image.Width, image.Height), 65535, nameof(image));
        return VipsEncoder.Jpeg(image.Pixels, image.Width, image.Height, 3, quality);
    }

    /// <summary>Writes a picture as PNG. The file appears whole or not at all; one that is there is replaced.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="ImageException">The file cannot be written.</exception>
    public static void WritePng(string path, RgbImage image) => WriteFile(path, EncodePng(image));

    /// <inheritdoc cref="WritePng(string, RgbImage)"/>
    public static void WritePng(string path, GreyImage image) => WriteFile(path, EncodePng(image));

    /// <summary>Writes a picture as JPEG. The file appears whole or not at all; one that is there is replaced.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 to 100; from 90 on colour is kept at full resolution.</param>
    /// <exception cref="ImageException">The file cannot be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quality"/> is outside 1 to 100, or a side is too long for JPEG.</exception>
    public static void WriteJpeg(string path, RgbImage image, int quality = 90) => WriteFile(path, EncodeJpeg(image, quality));

    private static void WriteFile(string path, byte[] bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
        {
            throw new ImageException($"{path} cannot be written because its folder does not exist: make the folder first.");
        }

        if (Directory.Exists(path))
        {
            throw new ImageException($"{path} cannot be written because it is a folder: name a file in it.");
        }

        // Beside the target, because only a rename within a file system is atomic.
        string temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            File.Delete(temporary);
            throw new ImageException($"{path} cannot be written ({OneLine(e)}): check the permissions of its folder and the space on the disk.", e);
        }
    }
}
