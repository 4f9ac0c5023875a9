using System.Buffers;

namespace Retort.Corruption;

/// <summary>
/// Gradient noise in two dimensions (Perlin, SIGGRAPH 1985 and 2002) as DRAEM (Zavrtanik, Kristan, Skocaj, ICCV 2021) and DeSTSeg make it, in
/// double precision: unit gradients on a lattice, the fade <c>6t^5 - 15t^4 + 10t^3</c>, and <c>sqrt(2)</c> times the interpolated products.
/// </summary>
internal static class PerlinNoise
{
    /// <summary>Fills a field with noise.</summary>
    /// <param name="noise">Takes the noise, <c>[height, width]</c>.</param>
    /// <param name="width">Columns of the field.</param>
    /// <param name="height">Rows of the field.</param>
    /// <param name="angles">
    /// The directions of the gradients in radians, <c>[rows + 1, columns + 1]</c>; the cosine counts down the rows, the sine along them.
    /// </param>
    /// <param name="rows">Lattice cells from top to bottom.</param>
    /// <param name="columns">Lattice cells from left to right.</param>
    /// <remarks>
    /// Pixel <c>y</c> lies at <c>y * rows / height</c> of the lattice and takes the gradients of that cell, for every size. The original code is defined
    /// so only where the cells divide the size (its cells are otherwise stretched by a resampling of the gradients).
    /// </remarks>
    /// <exception cref="ArgumentException">A span's length does not fit.</exception>
    public static void Fill(Span<double> noise, int width, int height, ReadOnlySpan<double> angles, int rows, int columns)
    {
        if (noise.Length != width * height)
        {
            throw new ArgumentException($"A field of {width} x {height} needs {width * height} elements, not {noise.Length}.", nameof(noise));
        }

        if (angles.Length != (rows + 1) * (columns + 1))
        {
            throw new ArgumentException($"A lattice of {rows} x {columns} cells needs {(rows + 1) * (columns + 1)} angles, not {angles.Length}.", nameof(angles));
        }

        double[] gradients = ArrayPool<double>.Shared.Rent(2 * angles.Length);
        double[] fades = ArrayPool<double>.Shared.Rent(width);
        for (int i = 0; i < angles.Length; i++)
        {
            (gradients[(2 * i) + 1], gradients[2 * i]) = Math.SinCos(angles[i]);
        }

        for (int x = 0; x < width; x++)
        {
            fades[x] = Fade(Fraction(x, columns, width));
        }

        for (int y = 0; y < height; y++)
        {
            double down = Fraction(y, rows, height);
            Span<double> row = noise.Slice(y * width, width);
            int above = 2 * (int)((long)y * rows / height) * (columns + 1);
            FillRow(row, gradients.AsSpan(above), columns, down, Fade(down), fades);
        }

        ArrayPool<double>.Shared.Return(gradients);
        ArrayPool<double>.Shared.Return(fades);
    }

    private static void FillRow(Span<double> row, ReadOnlySpan<double> gradients, int columns, double down, double fadeDown, double[] fades)
    {
        double root = Math.Sqrt(2);
        for (int x = 0; x < row.Length; x++)
        {
            int cell = (int)((long)x * columns / row.Length);
            double along = Fraction(x, columns, row.Length);
            ReadOnlySpan<double> top = gradients.Slice(2 * cell, 4);
            ReadOnlySpan<double> bottom = gradients.Slice(2 * (cell + columns + 1), 4);
            double topLeft = (down * top[0]) + (along * top[1]);
            double bottomLeft = ((down - 1) * bottom[0]) + (along * bottom[1]);
            double topRight = (down * top[2]) + ((along - 1) * top[3]);
            double bottomRight = ((down - 1) * bottom[2]) + ((along - 1) * bottom[3]);
            row[x] = root * Lerp(Lerp(topLeft, bottomLeft, fadeDown), Lerp(topRight, bottomRight, fadeDown), fades[x]);
        }
    }

    private static double Fraction(int pixel, int cells, int size) => (long)pixel * cells % size / (double)size;

    private static double Fade(double t) => t * t * t * ((t * ((t * 6) - 15)) + 10);

    private static double Lerp(double a, double b, double t) => a + ((b - a) * t);
}
