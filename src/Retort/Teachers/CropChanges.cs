using Retort.Corruption;
using Retort.Imaging;

namespace Retort.Teachers;

/// <summary>What happens to a crop before the networks see it: turned or mirrored, other colours and light, sometimes grey, blurred, noisy.</summary>
internal static class CropChanges
{
    private const double GreyShare = 0.15;
    private const double HueShare = 0.3;
    private const double BlurShare = 0.2;
    private const double NoiseShare = 0.25;

    /// <summary>The largest turn of hue, in radians.</summary>
    private const double LargestTurn = 0.6;

    /// <summary>The largest deviation of noise, in levels of 255.</summary>
    private const double LoudestNoise = 12;

    /// <summary>Changes a square crop.</summary>
    /// <param name="crop">The crop; it may be changed.</param>
    /// <param name="random">Draws what is done.</param>
    /// <returns>The changed crop.</returns>
    public static RgbImage Apply(RgbImage crop, ref CounterRandom random)
    {
        if (random.NextDouble() < BlurShare)
        {
            crop = Blur(crop, random.NextUniform(0.35, 0.9));
        }

        Jitter(ref random).Apply(crop.Pixels);
        if (random.NextDouble() < NoiseShare)
        {
            AddNoise(crop.Pixels, random.NextUniform(1, LoudestNoise), LatticeNoise.Draw(ref random));
        }

        return Turn(crop, random.NextInt(8));
    }

    /// <summary>Turns a square picture by quarters, and mirrors it: the eight symmetries of a square.</summary>
    /// <param name="crop">The picture; it is not changed.</param>
    /// <param name="symmetry">0 to 7; 0 changes nothing.</param>
    public static RgbImage Turn(RgbImage crop, int symmetry)
    {
        if (symmetry == 0)
        {
            return crop;
        }

        int side = crop.Width;
        var turned = new RgbImage(side, side);
        for (int y = 0, to = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++, to += 3)
            {
                (int column, int row) = (symmetry & 4) == 0 ? (x, y) : (y, x);
                column = (symmetry & 1) == 0 ? column : side - 1 - column;
                row = (symmetry & 2) == 0 ? row : side - 1 - row;
                crop.Pixels.AsSpan(((row * side) + column) * 3, 3).CopyTo(turned.Pixels.AsSpan(to));
            }
        }

        return turned;
    }

    private static ColorJitter Jitter(ref CounterRandom random)
    {
        double brightness = random.NextUniform(0.6, 1.3), contrast = random.NextUniform(0.6, 1.4);
        double saturation = random.NextDouble() < GreyShare ? 0 : random.NextUniform(0.5, 1.5);
        double hue = random.NextDouble() < HueShare ? random.NextUniform(-LargestTurn, LargestTurn) : 0;
        return new ColorJitter(brightness, contrast, saturation, hue);
    }

    // As if taken with fewer pixels.
    private static RgbImage Blur(RgbImage crop, double factor)
    {
        int side = Math.Max(1, (int)(crop.Width * factor));
        return PillowResize.Bilinear(PillowResize.Bilinear(crop, side, side), crop.Width, crop.Height);
    }

    // Nearly normal: the sum of three even draws, whose variance is a quarter.
    private static void AddNoise(Span<byte> rgb, double deviation, LatticeNoise noise)
    {
        float scale = (float)(2 * deviation);
        for (int i = 0; i < rgb.Length; i++)
        {
            float draw = noise.At(i, 0) + noise.At(i, 1) + noise.At(i, 2) - 1.5f;
            rgb[i] = (byte)(Math.Clamp(rgb[i] + (scale * draw), 0, 255) + 0.5f);
        }
    }
}
