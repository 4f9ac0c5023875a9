namespace Retort.Imaging.Vips;

/// <summary>
/// Decodes PNG, JPEG, TIFF, WebP and GIF. The loader is named, never guessed by libvips: of its many formats only these five can be
/// reached from a file.
/// </summary>
internal static unsafe class VipsDecoder
{
    private const int SequentialAccess = 1;
    private const int FailOnError = 2;
    private const int FailOnWarning = 3;

    // Some cameras fill up a JPEG with a few bytes before its end marker. libjpeg counts this as damage, like real damage.
    private const string JpegPadding = " extraneous bytes before marker 0xd9";
    private const int LongestJpegPadding = 16;

    /// <summary>The sides of a picture as it is meant to be seen.</summary>
    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static (int Width, int Height) ReadSize(ReadOnlySpan<byte> bytes, PictureFormat format)
    {
        fixed (byte* start = bytes)
        {
            byte* data = start;
            nuint length = (nuint)bytes.Length;
            return VipsSession.Run(() =>
            {
                using VipsHandle image = Open(data, length, format, FailOnError);
                nint handle = image.DangerousGetHandle();
                (int width, int height) = (VipsNative.GetWidth(handle), VipsNative.GetHeight(handle));
                return Orient.SwapsSides(VipsNative.GetOrientation(handle)) ? (height, width) : (width, height);
            });
        }
    }

    /// <summary>Decodes a whole picture.</summary>
    /// <exception cref="ImageException">The picture is too large or of a kind that is not read.</exception>
    /// <exception cref="VipsException">The picture is damaged.</exception>
    public static DecodedPixels Decode(ReadOnlySpan<byte> bytes, PictureFormat format, string name, ImageLimits limits)
    {
        fixed (byte* start = bytes)
        {
            byte* data = start;
            nuint length = (nuint)bytes.Length;
            int failOn = format == PictureFormat.Jpeg ? FailOnWarning : FailOnError;
            try
            {
                return VipsSession.Run(() => Decode(data, length, format, failOn, name, limits));
            }
            catch (VipsException e) when (format == PictureFormat.Jpeg && IsOnlyPadding(e.Message))
            {
                return VipsSession.Run(() => Decode(data, length, format, FailOnError, name, limits));
            }
        }
    }

    private static DecodedPixels Decode(byte* data, nuint length, PictureFormat format, int failOn, string name, ImageLimits limits)
    {
        using VipsHandle image = Open(data, length, format, failOn);
        nint handle = image.DangerousGetHandle();
        (int width, int height) = (VipsNative.GetWidth(handle), VipsNative.GetHeight(handle));
        limits.Check(name, width, height);
        int bands = VipsNative.GetBands(handle);
        VipsFormat sample = VipsNative.GetFormat(handle);
        if (sample is not (VipsFormat.Byte or VipsFormat.UShort))
        {
            throw new ImageException($"{name} has samples that are neither 8 nor 16 bits of positive whole numbers: save it with 8 or 16 bits a sample.");
        }

        PixelLayout layout = Layout(VipsNative.GetInterpretation(handle), bands)
            ?? throw new ImageException($"{name} has {bands} channels that are neither grey, RGB nor CMYK: save it as RGB.");
        byte[] samples = new byte[checked(width * height * bands * (sample == VipsFormat.UShort ? 2 : 1))];
        fixed (byte* pixels = samples)
        {
            using var memory = new VipsHandle(VipsNative.NewImage(pixels, (nuint)samples.Length, width, height, bands, sample), "memory");
            if (VipsNative.WriteImage(handle, memory.DangerousGetHandle()) != 0)
            {
                throw new VipsException(VipsSession.TakeErrors());
            }
        }

        return new DecodedPixels(width, height, layout, sample == VipsFormat.UShort ? HighBytes(samples) : samples, VipsNative.GetOrientation(handle));
    }

    private static VipsHandle Open(byte* data, nuint length, PictureFormat format, int failOn)
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
        using var source = new VipsHandle(VipsNative.NewSource(data, length), "source");
        using var operation = new VipsOperation(loader);
        operation.Set("source", source);
        operation.Set("access", SequentialAccess);
        operation.Set("fail_on", failOn);
        operation.Build();
        return operation.GetImage("out");
    }

    private static PixelLayout? Layout(VipsInterpretation interpretation, int bands) => interpretation switch
    {
        VipsInterpretation.Cmyk => bands switch { 4 => PixelLayout.Cmyk, 5 => PixelLayout.CmykAlpha, _ => null },
        VipsInterpretation.Multiband or VipsInterpretation.BlackAndWhite or VipsInterpretation.Grey16 or VipsInterpretation.Rgb
            or VipsInterpretation.Srgb or VipsInterpretation.Rgb16 => bands is >= 1 and <= 4 ? (PixelLayout)bands : null,
        _ => null,
    };

    private static byte[] HighBytes(byte[] samples)
    {
        byte[] high = new byte[samples.Length / 2];
        int highest = BitConverter.IsLittleEndian ? 1 : 0;
        for (int i = 0; i < high.Length; i++)
        {
            high[i] = samples[(2 * i) + highest];
        }

        return high;
    }

    private static bool IsOnlyPadding(string message)
    {
        int end = message.IndexOf(JpegPadding, StringComparison.Ordinal);
        int start = end < 0 ? -1 : message.LastIndexOf(' ', end - 1);
        return start >= 0 && int.TryParse(message.AsSpan(start + 1, end - start - 1), out int count) && count <= LongestJpegPadding;
    }
}
