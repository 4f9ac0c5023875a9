using System.Globalization;

namespace Retort.Imaging;

/// <summary>
/// Rotation about the centre of a picture that keeps its size, equal to the byte to Pillow's
/// <c>Image.rotate(degrees, resample=BILINEAR, fillcolor=...)</c>, and turns by right angles.
/// </summary>
public static class PillowRotate
{
    /// <summary>The grey that DeSTSeg fills corners with, <c>(114, 114, 114)</c>.</summary>
    public const byte Grey = 114;

    /// <summary>Rotates counter-clockwise; corners that were outside of the picture are <see cref="Grey"/>.</summary>
    /// <inheritdoc cref="Bilinear(RgbImage, double, byte, byte, byte)"/>
    public static RgbImage Bilinear(RgbImage image, double degrees) => Bilinear(image, degrees, Grey, Grey, Grey);

    /// <summary>Rotates counter-clockwise.</summary>
    /// <param name="image">The picture; it is not changed.</param>
    /// <param name="degrees">The angle; any finite number, negative for clockwise.</param>
    /// <param name="red">Red of what was outside of the picture.</param>
    /// <param name="green">Green of what was outside of the picture.</param>
    /// <param name="blue">Blue of what was outside of the picture.</param>
    /// <returns>A new picture of the same size, also when the angle is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degrees"/> is not finite.</exception>
    public static RgbImage Bilinear(RgbImage image, double degrees, byte red, byte green, byte blue)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!double.IsFinite(degrees))
        {
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "The angle must be finite.");
        }

        // The remainder as Python takes it: from 0 up.
        double angle = degrees % 360.0;
        if (angle < 0)
        {
            angle += 360.0;
        }

        // Right angles are exact where the turned picture has the size of the original.
        bool square = image.Width == image.Height;
        if (angle is 0 or 180 || (square && angle is 90 or 270))
        {
            return QuarterTurns(image, (int)(angle / 90));
        }

        var rotated = new RgbImage(image.Width, image.Height);
        for (int i = 0; i < rotated.Pixels.Length; i += 3)
        {
            (rotated.Pixels[i], rotated.Pixels[i + 1], rotated.Pixels[i + 2]) = (red, green, blue);
        }

        Sample(image, new Inverse(angle, image.Width, image.Height), rotated.Pixels);
        return rotated;
    }

    /// <summary>Turns a picture by right angles counter-clockwise; an odd number of turns exchanges width and height.</summary>
    /// <param name="image">The picture; it is not changed.</param>
    /// <param name="turns">How many right angles; negative for clockwise.</param>
    /// <returns>A new picture, also when there is nothing to turn.</returns>
    public static RgbImage QuarterTurns(RgbImage image, int turns)
    {
        ArgumentNullException.ThrowIfNull(image);
        return (turns & 3) switch
        {
            1 => Orient.Apply(image, 8),
            2 => Orient.Apply(image, 3),
            3 => Orient.Apply(image, 6),
            _ => new RgbImage(image.Width, image.Height, (byte[])image.Pixels.Clone()),
        };
    }

    private static void Sample(RgbImage image, in Inverse inverse, byte[] target)
    {
        (int width, int height) = (image.Width, image.Height);
        byte[] source = image.Pixels;
        for (int y = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += 3)
            {
                (double column, double row) = inverse.Map(x + 0.5, y + 0.5);
                if (!(column >= 0 && column < width && row >= 0 && row < height))
                {
                    continue;
                }

                column -= 0.5;
                row -= 0.5;
                int left = (int)Math.Floor(column);
                int top = (int)Math.Floor(row);
                double right = column - left;
                double down = row - top;
                int a = Math.Max(left, 0) * 3;
                int b = Math.Min(left + 1, width - 1) * 3;
                int upper = Math.Max(top, 0) * width * 3;
                int lower = Math.Min(top + 1, height - 1) * width * 3;
                for (int c = 0; c < 3; c++, a++, b++)
                {
                    double above = Lerp(source[upper + a], source[upper + b], right);
                    double below = Lerp(source[lower + a], source[lower + b], right);

                    // Pillow cuts the fraction off here, it does not round.
                    target[to + c] = (byte)Lerp(above, below, down);
                }
            }
        }
    }

    private static double Lerp(double a, double b, double t) => a + ((b - a) * t);

    /// <summary>From a point of the rotated picture to the point of the source, with the roundings of Pillow.</summary>
    private readonly struct Inverse
    {
        private readonly double _cos;
        private readonly double _sin;
        private readonly double _x;
        private readonly double _y;

        public Inverse(double degrees, int width, int height)
        {
            double radians = -(degrees * (Math.PI / 180.0));
            _cos = RoundTo15Digits(Math.Cos(radians));
            _sin = RoundTo15Digits(Math.Sin(radians));
            (double centerX, double centerY) = (width / 2.0, height / 2.0);
            _x = (_cos * -centerX) + (_sin * -centerY) + centerX;
            _y = (-_sin * -centerX) + (_cos * -centerY) + centerY;
        }

        public (double X, double Y) Map(double x, double y) => ((_cos * x) + (_sin * y) + _x, (-_sin * x) + (_cos * y) + _y);

        // By way of decimal digits, as Python does: Math.Round scales in binary and differs in the last bit.
        private static double RoundTo15Digits(double value) =>
            double.Parse(value.ToString("F15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
