using Retort.Imaging;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>
/// Synthetic anomalies of another family than those trained on (no Perlin masks, no textures): a patch of the picture in another place, a scar, a
/// stain. With them settings can be compared on good pictures that were held back from training, without looking at test pictures.
/// </summary>
internal static class HandmadeAnomalies
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 3;

    /// <summary>Puts an anomaly into a copy of a picture.</summary>
    /// <param name="picture">A good picture, square.</param>
    /// <param name="kind">From 0 to <see cref="Kinds"/> - 1.</param>
    /// <param name="random">Place, size and colour.</param>
    /// <returns>The copy, and where it was changed.</returns>
    public static (RgbImage Picture, bool[] Mask) Add(RgbImage picture, int kind, ref CounterRandom random)
    {
        var copy = new RgbImage(picture.Width, picture.Height, (byte[])picture.Pixels.Clone());
        var mask = new bool[picture.Width * picture.Height];
        switch (kind)
        {
            case 0:
                AddPatch(picture, copy, mask, ref random);
                break;
            case 1:
                AddScar(copy, mask, ref random);
                break;
            default:
                AddStain(copy, mask, ref random);
                break;
        }

        return (copy, mask);
    }

    private static void AddPatch(RgbImage from, RgbImage to, bool[] mask, ref CounterRandom random)
    {
        int side = to.Width;
        (int width, int height) = (side / 24 + random.NextInt(side / 5), side / 24 + random.NextInt(side / 5));
        (int fromX, int fromY) = (random.NextInt(side - width), random.NextInt(side - height));
        (int toX, int toY) = (random.NextInt(side - width), random.NextInt(side - height));
        double light = random.NextUniform(0.7, 1.3);
        for (int i = 0; i < width * height; i++)
        {
            (int x, int y) = (i % width, i / width);
            for (int channel = 0; channel < 3; channel++)
            {
                Set(to, mask, toX + x, toY + y, channel, light * from.Pixels[(3 * (((fromY + y) * side) + fromX + x)) + channel], 1);
            }
        }
    }

    private static void AddScar(RgbImage to, bool[] mask, ref CounterRandom random)
    {
        int side = to.Width;
        double angle = random.NextUniform(0, Math.PI);
        (double x, double y) = (random.NextUniform(0.2, 0.8) * side, random.NextUniform(0.2, 0.8) * side);
        (double halfLength, double halfWidth) = (random.NextUniform(0.03, 0.2) * side, random.NextUniform(0.004, 0.014) * side);
        (double light, double opacity) = (random.NextUniform(0, 255), random.NextUniform(0.5, 1));
        ForEach(to, (px, py) =>
        {
            double along = ((px - x) * Math.Cos(angle)) + ((py - y) * Math.Sin(angle));
            double across = ((py - y) * Math.Cos(angle)) - ((px - x) * Math.Sin(angle));
            return Math.Abs(along) <= halfLength && Math.Abs(across) <= halfWidth ? opacity : 0;
        }, (_, _, _) => light, mask);
    }

    private static void AddStain(RgbImage to, bool[] mask, ref CounterRandom random)
    {
        int side = to.Width;
        (double x, double y) = (random.NextUniform(0.15, 0.85) * side, random.NextUniform(0.15, 0.85) * side);
        (double a, double b) = (random.NextUniform(0.02, 0.12) * side, random.NextUniform(0.02, 0.12) * side);
        double light = random.NextInt(2) == 0 ? random.NextUniform(0.4, 0.75) : random.NextUniform(1.3, 1.8);
        RgbImage before = new(side, to.Height, (byte[])to.Pixels.Clone());
        ForEach(
            to,
            (px, py) => Math.Clamp(2 * (1.25 - Math.Sqrt(Math.Pow((px - x) / a, 2) + Math.Pow((py - y) / b, 2))), 0, 1),
            (px, py, channel) => light * before.Pixels[(3 * ((py * side) + px)) + channel],
            mask);
    }

    private static void ForEach(RgbImage to, Func<int, int, double> opacity, Func<int, int, int, double> value, bool[] mask)
    {
        for (int i = 0; i < to.Width * to.Height; i++)
        {
            (int x, int y) = (i % to.Width, i / to.Width);
            double share = opacity(x, y);
            for (int channel = 0; share > 0 && channel < 3; channel++)
            {
                Set(to, mask, x, y, channel, value(x, y, channel), share);
            }
        }
    }

    private static void Set(RgbImage to, bool[] mask, int x, int y, int channel, double value, double opacity)
    {
        int pixel = (y * to.Width) + x;
        ref byte target = ref to.Pixels[(3 * pixel) + channel];
        target = (byte)Math.Clamp(Math.Round((opacity * value) + ((1 - opacity) * target)), 0, 255);
        mask[pixel] |= opacity >= 0.5;
    }
}
