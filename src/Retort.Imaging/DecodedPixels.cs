namespace Retort.Imaging;

/// <summary>How many channels a decoded picture has and what they mean.</summary>
internal enum PixelLayout
{
    Grey = 1,
    GreyAlpha = 2,
    Rgb = 3,
    RgbAlpha = 4,
    Cmyk = 5,
    CmykAlpha = 6,
}

/// <summary>Pixels as a file holds them, 8 bits a sample, and their way to RGB and grey, which is that of Pillow's <c>convert</c>.</summary>
/// <param name="Width">Pixels in a row, before the orientation is applied.</param>
/// <param name="Height">Rows, before the orientation is applied.</param>
/// <param name="Layout">What the samples mean.</param>
/// <param name="Samples"><c>[Height, Width, channels]</c>.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8.</param>
internal sealed record DecodedPixels(int Width, int Height, PixelLayout Layout, byte[] Samples, int Orientation = 1)
{
    /// <summary>Samples in a pixel.</summary>
    public static int Channels(PixelLayout layout) => layout switch
    {
        PixelLayout.Cmyk => 4,
        PixelLayout.CmykAlpha => 5,
        _ => (int)layout,
    };

    /// <summary>Upright RGB: grey is repeated, alpha is dropped.</summary>
    public RgbImage ToRgb() => Orient.Apply(new RgbImage(Width, Height, RgbSamples()), Orientation);

    /// <summary>Upright grey: the one channel there is, or the luma of the colour.</summary>
    public GreyImage ToGrey() => Orient.Apply(new GreyImage(Width, Height, GreySamples()), Orientation);

    /// <summary>Turns samples into RGB.</summary>
    /// <param name="layout">What the samples mean.</param>
    /// <param name="samples">Whole pixels.</param>
    /// <param name="rgb">Takes three bytes a pixel.</param>
    public static void ToRgb(PixelLayout layout, ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        if (layout == PixelLayout.Rgb)
        {
            samples.CopyTo(rgb);
            return;
        }

        int step = Channels(layout);
        for (int from = 0, to = 0; to < rgb.Length; from += step, to += 3)
        {
            switch (layout)
            {
                case PixelLayout.Grey or PixelLayout.GreyAlpha:
                    rgb[to] = rgb[to + 1] = rgb[to + 2] = samples[from];
                    break;
                case PixelLayout.RgbAlpha:
                    (rgb[to], rgb[to + 1], rgb[to + 2]) = (samples[from], samples[from + 1], samples[from + 2]);
                    break;
                default:
                    byte key = samples[from + 3];
                    (rgb[to], rgb[to + 1], rgb[to + 2]) = (Ink(samples[from], key), Ink(samples[from + 1], key), Ink(samples[from + 2], key));
                    break;
            }
        }
    }

    private byte[] RgbSamples()
    {
        if (Layout == PixelLayout.Rgb)
        {
            return Samples;
        }

        byte[] rgb = new byte[Width * Height * 3];
        ToRgb(Layout, Samples, rgb);
        return rgb;
    }

    private byte[] GreySamples()
    {
        if (Layout == PixelLayout.Grey)
        {
            return Samples;
        }

        byte[] grey = new byte[Width * Height];
        if (Layout == PixelLayout.GreyAlpha)
        {
            for (int i = 0; i < grey.Length; i++)
            {
                grey[i] = Samples[2 * i];
            }

            return grey;
        }

        byte[] rgb = RgbSamples();
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = Luma(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]);
        }

        return grey;
    }

    // ITU-R 601-2 in 16-bit fixed point.
    private static byte Luma(byte r, byte g, byte b) => (byte)(((r * 19595) + (g * 38470) + (b * 7471) + 0x8000) >> 16);

    // What a paper with this much of one ink and of black reflects: (255 - ink) * (255 - key) / 255, rounded as Pillow does.
    private static byte Ink(byte ink, byte key)
    {
        int light = 255 - key;
        int product = (ink * light) + 128;
        return (byte)Math.Clamp(light - (((product >> 8) + product) >> 8), 0, 255);
    }
}
