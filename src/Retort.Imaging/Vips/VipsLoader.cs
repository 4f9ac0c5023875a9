namespace Retort.Imaging.Vips;

/// <summary>From which trouble on a picture counts as damaged (<c>VipsFailOn</c>).</summary>
internal enum VipsStrictness
{
    Errors = 2,
    Warnings = 3,
}

/// <summary>
/// Opens PNG, JPEG, TIFF, WebP and GIF. The loader is named, never guessed by libvips: of its many formats only these five can be
/// reached from a file.
/// </summary>
internal static class VipsLoader
{
    private const int SequentialAccess = 1;

    // Some cameras fill up a JPEG with a few bytes before its end marker. libjpeg counts this as damage, like real damage.
    private const string JpegPadding = " extraneous bytes before marker 0xd9";
    private const int LongestJpegPadding = 16;

    /// <summary>How strictly a format can be read without refusing sound files.</summary>
    public static VipsStrictness StrictestOf(PictureFormat format) => format == PictureFormat.Jpeg ? VipsStrictness.Warnings : VipsStrictness.Errors;

    /// <summary>Opens a picture to be read from top to bottom.</summary>
    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static VipsHandle Open(VipsHandle source, PictureFormat format, VipsStrictness strictness)
    {
        string loader = format switch
        {
            PictureFormat.Png => "pngload_source",
            PictureFormat.Jpeg => "jpegload_source",
            PictureFormat.Tiff => "tiffload_source",
            PictureFormat.WebP => "webpload_source",
            PictureFormat.Gif => "gifload_source",
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        using var operation = new VipsOperation(loader);
        operation.Set("source", source);
        operation.Set("access", SequentialAccess);
        operation.Set("fail_on", (int)strictness);
        operation.Build();
        return operation.GetImage("out");
    }

    /// <summary>Whether all that was wrong is padding of a JPEG, so that it may be read less strictly.</summary>
    public static bool IsOnlyPadding(PictureFormat format, VipsException failure)
    {
        string message = failure.Message;
        int end = format == PictureFormat.Jpeg ? message.IndexOf(JpegPadding, StringComparison.Ordinal) : -1;
        int start = end < 0 ? -1 : message.LastIndexOf(' ', end - 1);
        return start >= 0 && int.TryParse(message.AsSpan(start + 1, end - start - 1), out int count) && count <= LongestJpegPadding;
    }
}
