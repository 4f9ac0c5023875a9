namespace Retort.Imaging.Vips;

/// <summary>What the samples of an image of libvips are, where they are of a kind that is read.</summary>
/// <param name="Bands">Samples in a pixel.</param>
/// <param name="Format">8 or 16 bits.</param>
/// <param name="Layout">What they mean.</param>
internal readonly record struct VipsSamples(int Bands, VipsFormat Format, PixelLayout Layout)
{
    /// <summary>Bytes in a pixel.</summary>
    public int PixelBytes => Bands * (Format == VipsFormat.UShort ? 2 : 1);

    /// <summary>Looks at an image.</summary>
    /// <exception cref="ImageException">Its samples are of a kind that is not read.</exception>
    public static VipsSamples Of(nint image, string name)
    {
        int bands = VipsNative.GetBands(image);
        VipsFormat format = VipsNative.GetFormat(image);
        if (format is not (VipsFormat.Byte or VipsFormat.UShort))
        {
            throw new ImageException($"{name} has samples that are neither 8 nor 16 bits of positive whole numbers: save it with 8 or 16 bits a sample.");
        }

        PixelLayout layout = LayoutOf(VipsNative.GetInterpretation(image), bands)
            ?? throw new ImageException($"{name} has {bands} channels that are neither grey, RGB nor CMYK: save it as RGB.");
        return new VipsSamples(bands, format, layout);
    }

    /// <summary>The samples as 8 bits, in an array of their own only where they have 16.</summary>
    public byte[] TakeHighBytes(byte[] samples)
    {
        if (Format == VipsFormat.Byte)
        {
            return samples;
        }

        byte[] high = new byte[samples.Length / 2];
        TakeHighBytes(samples, high);
        return high;
    }

    /// <summary>The high bytes of 16-bit samples; the two spans may begin at the same place.</summary>
    public static void TakeHighBytes(ReadOnlySpan<byte> samples, Span<byte> high)
    {
        int highest = BitConverter.IsLittleEndian ? 1 : 0;
        for (int i = 0; i < high.Length; i++)
        {
            high[i] = samples[(2 * i) + highest];
        }
    }

    private static PixelLayout? LayoutOf(VipsInterpretation interpretation, int bands) => interpretation switch
    {
        VipsInterpretation.Cmyk => bands switch { 4 => PixelLayout.Cmyk, 5 => PixelLayout.CmykAlpha, _ => null },
        VipsInterpretation.Multiband or VipsInterpretation.BlackAndWhite or VipsInterpretation.Grey16 or VipsInterpretation.Rgb
            or VipsInterpretation.Srgb or VipsInterpretation.Rgb16 => bands is >= 1 and <= 4 ? (PixelLayout)bands : null,
        _ => null,
    };
}
