namespace Retort.Corruption;

/// <summary>Random colours for the brightness of a texture: two to six colours, evenly spaced and blended.</summary>
internal readonly ref struct ColorRamp
{
    /// <summary>Entries of the table.</summary>
    public const int Length = 256;

    private readonly Span<float> _table;

    private ColorRamp(Span<float> table) => _table = table;

    /// <summary>Draws a ramp: a third each of greys, shades of one colour, and colours at random.</summary>
    /// <param name="random">Gives the colours.</param>
    /// <param name="table">Working memory of <c>3 * Length</c> floats.</param>
    public static ColorRamp Draw(ref CounterRandom random, Span<float> table)
    {
        const int MostColours = 6;
        Span<float> colours = stackalloc float[3 * MostColours];
        Span<float> hue = stackalloc float[3];
        foreach (ref float channel in hue)
        {
            channel = (float)random.NextUniform(0, 255);
        }

        int count = 2 + random.NextInt(MostColours - 1), kind = random.NextInt(3);
        for (int i = 0; i < count; i++)
        {
            float brightness = (float)random.NextUniform(0, 255);
            for (int channel = 0; channel < 3; channel++)
            {
                colours[(3 * i) + channel] = kind switch
                {
                    0 => brightness,
                    1 => hue[channel] * (0.4f + (brightness / 255f)),
                    _ => (float)random.NextUniform(0, 255),
                };
            }
        }

        for (int entry = 0; entry < Length; entry++)
        {
            float position = entry * (count - 1) / (float)(Length - 1);
            int from = Math.Min((int)position, count - 2);
            for (int channel = 0; channel < 3; channel++)
            {
                int i = (3 * from) + channel;
                table[(3 * entry) + channel] = float.Lerp(colours[i], colours[i + 3], position - from);
            }
        }

        return new ColorRamp(table);
    }

    /// <summary>The red, green and blue of a brightness; what is outside [0, 1] takes the nearest end.</summary>
    public ReadOnlySpan<float> this[float brightness] => _table.Slice(3 * (int)Math.Clamp(brightness * (Length - 1), 0, Length - 1), 3);
}
