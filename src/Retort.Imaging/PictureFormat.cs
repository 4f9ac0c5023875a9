namespace Retort.Imaging;

/// <summary>The kinds of files that are read.</summary>
internal enum PictureFormat
{
    Unknown,
    Png,
    Jpeg,
    Tiff,
    WebP,
    Gif,
    Bmp,
}

/// <summary>Tells the kinds apart by how a file begins; what the file is called says nothing.</summary>
internal static class PictureSignature
{
    /// <summary>How many bytes <see cref="Recognise"/> looks at.</summary>
    public const int Length = 12;

    /// <summary>The kind of picture that begins so.</summary>
    public static PictureFormat Recognise(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureFormat.Png;
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormat.Jpeg;
        }

        if (IsTiff(bytes))
        {
            return PictureFormat.Tiff;
        }

        if (bytes.Length >= Length && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
        {
            return PictureFormat.WebP;
        }

        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
        {
            return PictureFormat.Gif;
        }

        return bytes.StartsWith("BM"u8) ? PictureFormat.Bmp : PictureFormat.Unknown;
    }

    // Either byte order, and the variant with 64-bit offsets (BigTIFF, 43).
    private static bool IsTiff(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) || bytes.StartsWith("II+\0"u8) || bytes.StartsWith("MM\0+"u8);
}
