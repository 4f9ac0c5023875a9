namespace Retort.Imaging;

/// <summary>Shows a map of numbers as colours, from dark blue over purple and orange to yellow.</summary>
/// <remarks>
/// The colours are a path in OKLCh (Björn Ottosson, "A perceptual color space for image processing", 2020): lightness rises evenly, hue
/// turns from blue through purple and red to yellow, chroma is highest in the middle. So a higher value always looks lighter, also in
/// print and to an eye that confuses colours.
/// </remarks>
public static class HeatMap
{
    private const double DarkestLightness = 0.24;
    private const double LightestLightness = 0.93;
    private const double FirstHue = 275;
    private const double LastHue = 460;

    private static readonly (byte R, byte G, byte B)[] Table = MakeTable();

    /// <summary>The colour of a value.</summary>
    /// <param name="value">0 for the darkest colour, 1 for the lightest; what is outside is clamped, NaN is the darkest.</param>
    public static (byte R, byte G, byte B) Color(float value) =>
        Table[value > 0 ? (int)((Math.Min(value, 1f) * (Table.Length - 1)) + 0.5f) : 0];

    /// <summary>Colours a map.</summary>
    /// <param name="map"><c>[height, width]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="low">The value of the darkest colour.</param>
    /// <param name="high">The value of the lightest colour, above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The map has not <c>height * width</c> values, or the range is empty or not finite.</exception>
    public static RgbImage Render(ReadOnlySpan<float> map, int width, int height, float low, float high)
    {
        if (!float.IsFinite(high - low) || high <= low)
        {
            throw new ArgumentException($"The range from {low} to {high} is empty or not finite.", nameof(high));
        }

        var image = new RgbImage(width, height);
        if (map.Length != width * height)
        {
            throw new ArgumentException($"A map of {width} x {height} has {width * height} values, not {map.Length}.", nameof(map));
        }

        float scale = 1 / (high - low);
        for (int i = 0, to = 0; i < map.Length; i++, to += 3)
        {
            (image.Pixels[to], image.Pixels[to + 1], image.Pixels[to + 2]) = Color((map[i] - low) * scale);
        }

        return image;
    }

    private static (byte R, byte G, byte B)[] MakeTable()
    {
        var table = new (byte R, byte G, byte B)[256];
        for (int i = 0; i < table.Length; i++)
        {
            double t = i / (table.Length - 1.0);
            double lightness = DarkestLightness + (t * (LightestLightness - DarkestLightness));
            double chroma = 0.10 + (0.09 * Math.Sin(Math.PI * Math.Pow(t, 0.85))) + (0.03 * Math.Pow(t, 8));
            double hue = (FirstHue + (t * (LastHue - FirstHue))) * (Math.PI / 180);
            table[i] = Srgb(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue));
        }

        return table;
    }

    // OKLab to linear sRGB: the inverse of the two matrices of the definition, with a cube between.
    private static (byte R, byte G, byte B) Srgb(double lightness, double a, double b)
    {
        double l = Cube(lightness + (0.3963377774 * a) + (0.2158037573 * b));
        double m = Cube(lightness - (0.1055613458 * a) - (0.0638541728 * b));
        double s = Cube(lightness - (0.0894841775 * a) - (1.2914855480 * b));
        return (
            Gamma((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
            Gamma((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
            Gamma((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)));
    }

    private static double Cube(double x) => x * x * x;

    private static byte Gamma(double linear)
    {
        double x = Math.Clamp(linear, 0, 1);
        double encoded = x <= 0.0031308 ? 12.92 * x : (1.055 * Math.Pow(x, 1 / 2.4)) - 0.055;
        return (byte)((encoded * 255) + 0.5);
    }
}
