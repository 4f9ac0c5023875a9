namespace Retort.Corruption;

/// <summary>
/// A slight change of colours: saturation, hue, contrast and brightness. Hue is turned about the grey axis of RGB and contrast counts from mid-grey, so all
/// of it is one affine map of a pixel (ours; CutPaste has torchvision's, which goes by way of HSV).
/// </summary>
/// <param name="Brightness">The factor on all channels.</param>
/// <param name="Contrast">The factor on the distance from mid-grey.</param>
/// <param name="Saturation">The factor on the distance from the grey of the same luminance.</param>
/// <param name="Hue">The turn about the grey axis in radians.</param>
internal readonly record struct ColorJitter(double Brightness, double Contrast, double Saturation, double Hue)
{
    private const float MidGrey = 127.5f;

    /// <summary>Draws a jitter: factors from 1 - strength to 1 + strength, and a turn of as much of a full circle.</summary>
    /// <param name="random">Gives brightness, contrast, saturation and hue in this order.</param>
    /// <param name="strength">From 0 to 1; CutPaste has 0.1.</param>
    public static ColorJitter Draw(ref CounterRandom random, double strength)
    {
        double brightness = random.NextUniform(1 - strength, 1 + strength), contrast = random.NextUniform(1 - strength, 1 + strength);
        double saturation = random.NextUniform(1 - strength, 1 + strength), hue = 2 * Math.PI * random.NextUniform(-strength, strength);
        return new ColorJitter(brightness, contrast, saturation, hue);
    }

    /// <summary>Changes pixels in place.</summary>
    /// <param name="rgb">The pixels, <c>[H, W, 3]</c>.</param>
    public void Apply(Span<byte> rgb)
    {
        // The turn about (1, 1, 1): each channel keeps a share of itself and takes one of the next and one of the one after.
        (double sine, double cosine) = Math.SinCos(Hue);
        float own = (float)((1 + (2 * cosine)) / 3), next = (float)((1 - cosine - (Math.Sqrt(3) * sine)) / 3), last = (float)((1 - cosine + (Math.Sqrt(3) * sine)) / 3);
        float saturation = (float)Saturation, contrast = (float)Contrast, brightness = (float)Brightness;
        for (int i = 0; i < rgb.Length; i += 3)
        {
            float grey = (0.299f * rgb[i]) + (0.587f * rgb[i + 1]) + (0.114f * rgb[i + 2]);
            float red = grey + (saturation * (rgb[i] - grey)), green = grey + (saturation * (rgb[i + 1] - grey)), blue = grey + (saturation * (rgb[i + 2] - grey));
            rgb[i] = Finish((own * red) + (next * green) + (last * blue), contrast, brightness);
            rgb[i + 1] = Finish((own * green) + (next * blue) + (last * red), contrast, brightness);
            rgb[i + 2] = Finish((own * blue) + (next * red) + (last * green), contrast, brightness);
        }
    }

    private static byte Finish(float value, float contrast, float brightness) =>
        (byte)(Math.Clamp(brightness * (MidGrey + (contrast * (value - MidGrey))), 0, 255) + 0.5f);
}
