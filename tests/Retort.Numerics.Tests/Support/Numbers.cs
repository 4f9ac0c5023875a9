namespace Retort.Numerics.Tests.Support;

/// <summary>Inputs for tests, and comparisons of results.</summary>
internal static class Numbers
{
    /// <summary>Normally distributed values, the same ones every time.</summary>
    public static float[] Noise(int count, int seed, double scale = 1, double offset = 0)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(offset + (scale * radius * Math.Cos(2 * Math.PI * random.NextDouble())));
        }

        return values;
    }

    /// <summary>Whole numbers from 0 to <paramref name="largest"/>: exact sums, and ties.</summary>
    public static float[] Integers(int count, int seed, int largest)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(largest + 1))];
    }

    public static double[] ToDouble(this float[] values) => Array.ConvertAll(values, v => (double)v);

    public static float[] ToFloat(this double[] values) => Array.ConvertAll(values, v => (float)v);

    public static double[] Plus(this double[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    /// <summary>Every actual value is within absolute + relative * |expected| of the expected one.</summary>
    public static void AssertClose(double[] expected, float[] actual, double relative = 1e-5, double absolute = 2e-6)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double bound = absolute + (relative * Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
        }
    }

    /// <summary>
    /// A gradient agrees with central differences of the forward function in double precision: of sum(dy * f(x)), at up to
    /// 60 places spread over x.
    /// </summary>
    /// <param name="f">The forward function.</param>
    /// <param name="x">Where.</param>
    /// <param name="dy">Gradient of the function's result.</param>
    /// <param name="gradient">What the kernel says, less <paramref name="offset"/>.</param>
    /// <param name="offset">What the kernel's destination held before, if it accumulates.</param>
    public static void AssertGradient(Func<double[], double[]> f, float[] x, float[] dy, float[] gradient, float[]? offset = null, double relative = 1e-4, double absolute = 2e-5)
    {
        Assert.Equal(x.Length, gradient.Length);
        const double h = 1e-5;
        double[] point = x.ToDouble();
        int stride = Math.Max(1, x.Length / 60);
        if (stride > 1)
        {
            stride |= 1;
        }

        for (int i = 0; i < x.Length; i += stride)
        {
            double middle = point[i];
            point[i] = middle + h;
            double above = Weighted(f(point), dy);
            point[i] = middle - h;
            double below = Weighted(f(point), dy);
            point[i] = middle;
            double expected = ((above - below) / (2 * h)) + (offset?[i] ?? 0);
            double bound = absolute + (relative * Math.Abs(expected));
            Assert.True(Math.Abs(expected - gradient[i]) <= bound, $"Element {i}: expected {expected:R}, found {gradient[i]:R}.");
        }
    }

    private static double Weighted(double[] values, float[] weights)
    {
        Assert.Equal(values.Length, weights.Length);
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i] * weights[i];
        }

        return sum;
    }

    /// <summary>1 to 67, and lengths around the size of an item.</summary>
    public static TheoryData<int> Lengths => new(Enumerable.Range(1, 67).Concat([4095, 4096, 4097, 12_300]));

    /// <summary>Rows and channels around the widths of vectors and the sizes of blocks.</summary>
    public static TheoryData<int, int> RowsAndChannels
    {
        get
        {
            TheoryData<int, int> data = new();
            foreach (int c in new[] { 1, 3, 8, 16, 24, 33, 64 })
            {
                foreach (int rows in new[] { 1, 2, 7 })
                {
                    data.Add(rows, c);
                }
            }

            data.Add(600, 3);
            data.Add(300, 64);
            data.Add(40, 513);
            data.Add(3, 5000);
            return data;
        }
    }
}
