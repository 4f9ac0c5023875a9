using System.Buffers;

namespace Retort.Corruption;

/// <summary>
/// The shapes of synthetic anomalies: Perlin noise of random scale, rotated, where it exceeds 0.5 (DRAEM and DeSTSeg). Most masks hold several
/// blobs or streaks; a mask may also be empty, and then the sample is a normal one.
/// </summary>
internal static class PerlinMask
{
    private const double Threshold = 0.5;
    private const int ScaleExponents = 6;

    /// <summary>Draws a mask.</summary>
    /// <param name="random">
    /// Gives, in this order, the cells down and along the field (1, 2, 4, 8, 16 or 32 each), the angles of the gradients, and the rotation
    /// between -90 and 90 degrees.
    /// </param>
    /// <param name="size">The side of the square mask in pixels.</param>
    /// <param name="mask">Takes 1 for anomalous pixels and 0 for others, <c>[size, size]</c>.</param>
    /// <returns>How many pixels are anomalous.</returns>
    /// <exception cref="ArgumentException">The span does not hold <c>size * size</c> elements.</exception>
    public static int Draw(ref CounterRandom random, int size, Span<float> mask)
    {
        if (mask.Length != size * size)
        {
            throw new ArgumentException($"A mask of side {size} needs {size * size} elements, not {mask.Length}.", nameof(mask));
        }

        int rows = 1 << random.NextInt(ScaleExponents), columns = 1 << random.NextInt(ScaleExponents);
        Span<double> angles = stackalloc double[(rows + 1) * (columns + 1)];
        foreach (ref double angle in angles)
        {
            angle = 2 * Math.PI * random.NextDouble();
        }

        double degrees = random.NextUniform(-90, 90);
        double[] noise = ArrayPool<double>.Shared.Rent(mask.Length);
        PerlinNoise.Fill(noise.AsSpan(0, mask.Length), size, size, angles, rows, columns);
        int count = RotateAndThreshold(noise, size, degrees, mask);
        ArrayPool<double>.Shared.Return(noise);
        return count;
    }

    /// <summary>
    /// Rotates a field about its centre as imgaug's <c>Affine(rotate)</c> does - positive angles turn clockwise on the screen, bilinear, 0 outside,
    /// same size - and marks where the result exceeds 0.5.
    /// </summary>
    internal static int RotateAndThreshold(ReadOnlySpan<double> field, int size, double degrees, Span<float> mask)
    {
        (double sine, double cosine) = Math.SinCos(degrees * Math.PI / 180);
        double centre = (size / 2.0) - 0.5;
        int count = 0;
        for (int y = 0; y < size; y++)
        {
            double dy = y - centre;
            for (int x = 0; x < size; x++)
            {
                double dx = x - centre;
                double value = Sample(field, size, centre + (cosine * dx) + (sine * dy), centre - (sine * dx) + (cosine * dy));
                bool anomalous = value > Threshold;
                mask[(y * size) + x] = anomalous ? 1 : 0;
                count += anomalous ? 1 : 0;
            }
        }

        return count;
    }

    private static double Sample(ReadOnlySpan<double> field, int size, double x, double y)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        double fx = x - left, fy = y - top;
        if ((uint)left < (uint)(size - 1) && (uint)top < (uint)(size - 1))
        {
            int i = (top * size) + left;
            return Blend(field[i], field[i + 1], field[i + size], field[i + size + 1], fx, fy);
        }

        return Blend(At(field, size, left, top), At(field, size, left + 1, top), At(field, size, left, top + 1), At(field, size, left + 1, top + 1), fx, fy);
    }

    private static double Blend(double topLeft, double topRight, double bottomLeft, double bottomRight, double fx, double fy) =>
        ((1 - fy) * (((1 - fx) * topLeft) + (fx * topRight))) + (fy * (((1 - fx) * bottomLeft) + (fx * bottomRight)));

    private static double At(ReadOnlySpan<double> field, int size, int x, int y) =>
        (uint)x < (uint)size && (uint)y < (uint)size ? field[(y * size) + x] : 0;
}
