using System.Security.Cryptography;
using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>
/// A mask that is stretched over each picture, whatever its size: where it is white nothing counts. A point of a picture belongs to the pixel of the mask
/// that it falls into.
/// </summary>
public sealed class IgnoreMask
{
    private const byte White = 255;
    private const byte Half = 128;

    // Of a detector's description the mask should be no more than a part; one of a few shapes takes some kilobytes.
    private const int MostBytes = 4 << 20;

    private readonly byte[] _png;
    private readonly GreyImage _picture;

    private IgnoreMask(byte[] png) => (_png, _picture) = (png, ImageFile.DecodeGrey(png, "The mask of what to ignore"));

    /// <summary>The width of the mask in its own pixels.</summary>
    public int Width => _picture.Width;

    /// <summary>The height of the mask in its own pixels.</summary>
    public int Height => _picture.Height;

    /// <summary>The SHA-256 of the mask as it is stored, in lower-case hexadecimal.</summary>
    internal string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_png));

    /// <summary>Whether a pixel of the mask is to be ignored.</summary>
    public bool this[int x, int y] => _picture.Pixels[(y * Width) + x] != 0;

    /// <summary>Reads a mask: from half brightness up is white.</summary>
    /// <param name="path">The picture.</param>
    /// <exception cref="ImageException">The file is not there or not a picture that can be read.</exception>
    /// <exception cref="RetortException">All of it is white, all of it too dark to mark anything, or it is too intricate to be kept.</exception>
    public static IgnoreMask Load(string path)
    {
        GreyImage picture = ImageFile.DecodeGrey(path);
        byte brightest = picture.Pixels.Max();
        if (brightest < Half)
        {
            throw new RetortException($"{path}: the brightest value of the mask is {brightest}, so it ignores nothing; make white (255) what is to be ignored.");
        }

        if (picture.Pixels.Min() >= Half)
        {
            throw new RetortException($"{path}: all of the mask is white, so nothing would be looked at; make black what counts.");
        }

        var mask = new GreyImage(picture.Width, picture.Height, [.. picture.Pixels.Select(p => p < Half ? (byte)0 : White)]);
        byte[] png = ImageFile.EncodePng(mask);
        return png.Length <= MostBytes
            ? new IgnoreMask(png)
            : throw new RetortException($"{path}: the mask takes {png.Length >> 20} MB; make it smaller (it is stretched over the pictures) or simpler.");
    }

    internal string ToText() => Convert.ToBase64String(_png);

    /// <exception cref="FormatException">It is no such text.</exception>
    /// <exception cref="ImageException">It is not the text of a picture.</exception>
    internal static IgnoreMask FromText(string text) => new(Convert.FromBase64String(text));
}
