namespace Retort.Corruption;

/// <summary>
/// Textures that the program makes itself, for when no folder of texture pictures is at hand: 18 families of patterns - noise, veins, waves, stripes,
/// weaves, tiles, cells, spots - at random scale and angle, in random colours, with uneven light and grain.
/// </summary>
/// <remarks>The papers take photographs (the Describable Textures Dataset); these are ours.</remarks>
internal sealed class ProceduralTextures : ITextureSource
{
    /// <summary>Makes the source.</summary>
    /// <param name="size">The side of the textures in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public ProceduralTextures(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
    }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Draw(ref CounterRandom random, Span<byte> rgb)
    {
        TextureFamily family = TexturePatterns.All[random.NextInt(TexturePatterns.All.Count)];
        Draw(family, ref random, rgb);
    }

    /// <summary>Draws a texture of one family.</summary>
    internal void Draw(TextureFamily family, ref CounterRandom random, Span<byte> rgb)
    {
        if (rgb.Length != Size * Size * 3)
        {
            throw new ArgumentException($"A texture of side {Size} needs {Size * Size * 3} bytes, not {rgb.Length}.", nameof(rgb));
        }

        TexturePattern pattern = family(ref random);
        ColorRamp colours = ColorRamp.Draw(ref random, stackalloc float[3 * ColorRamp.Length]);
        LatticeNoise light = LatticeNoise.Draw(ref random), grain = LatticeNoise.Draw(ref random);
        float shade = (float)random.NextUniform(0, 0.5), grit = (float)random.NextUniform(0, 40);
        (float sine, float cosine) = MathF.SinCos((float)random.NextUniform(0, 2 * Math.PI));
        for (int y = 0, i = 0; y < Size; y++)
        {
            float down = ((y + 0.5f) / Size) - 0.5f;
            for (int x = 0; x < Size; x++, i += 3)
            {
                float along = ((x + 0.5f) / Size) - 0.5f;
                float u = 0.5f + (cosine * along) + (sine * down), v = 0.5f - (sine * along) + (cosine * down);
                ReadOnlySpan<float> colour = colours[pattern(u, v)];
                float bright = 1 - (shade * light.Smooth(2 * u, 2 * v));
                float offset = grit * (grain.At(x, y) - 0.5f);
                rgb[i] = ToByte((colour[0] * bright) + offset);
                rgb[i + 1] = ToByte((colour[1] * bright) + offset);
                rgb[i + 2] = ToByte((colour[2] * bright) + offset);
            }
        }
    }

    private static byte ToByte(float value) => (byte)(Math.Clamp(value, 0, 255) + 0.5f);
}
