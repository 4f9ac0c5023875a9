namespace Retort.Numerics.Tests.Kernels;

/// <summary>Every forward function once more: slow, obvious, in double precision. Gradients are checked by differences of these.</summary>
internal static class Reference
{
    public static double[] Relu(double[] x) => Array.ConvertAll(x, v => Math.Max(0, v));

    public static double[] Sigmoid(double[] x) => Array.ConvertAll(x, v => 1 / (1 + Math.Exp(-v)));

    public static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p + q)];

    public static double[] Multiply(double[] a, double[] b, double scale) => [.. a.Zip(b, (p, q) => scale * p * q)];

    public static double[] BatchNorm(double[] x, int c, double[] gamma, double[] beta, double epsilon, double[]? residual, bool relu)
    {
        double[] mean = Mean(x, c);
        double[] variance = Variance(x, c);
        double[] scale = new double[c], shift = new double[c];
        for (int i = 0; i < c; i++)
        {
            scale[i] = gamma[i] / Math.Sqrt(variance[i] + epsilon);
            shift[i] = beta[i] - (scale[i] * mean[i]);
        }

        return ScaleShift(x, c, scale, shift, residual, relu);
    }

    public static double[] ScaleShift(double[] x, int c, double[] scale, double[] shift, double[]? residual, bool relu)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = (x[i] * scale[i % c]) + shift[i % c] + (residual?[i] ?? 0);
            y[i] = relu ? Math.Max(0, y[i]) : y[i];
        }

        return y;
    }

    public static double[] Mean(double[] x, int c)
    {
        double[] mean = new double[c];
        for (int i = 0; i < x.Length; i++)
        {
            mean[i % c] += x[i] * c / x.Length;
        }

        return mean;
    }

    public static double[] Variance(double[] x, int c)
    {
        double[] mean = Mean(x, c);
        double[] variance = new double[c];
        for (int i = 0; i < x.Length; i++)
        {
            double deviation = x[i] - mean[i % c];
            variance[i % c] += deviation * deviation * c / x.Length;
        }

        return variance;
    }

    public static (double[] Y, int[] Argmax) MaxPool(double[] x, int n, int h, int w, int c, int kernel, int stride, int padding)
    {
        int outH = ((h + (2 * padding) - kernel) / stride) + 1;
        int outW = ((w + (2 * padding) - kernel) / stride) + 1;
        double[] y = new double[n * outH * outW * c];
        int[] argmax = new int[y.Length];
        for (int o = 0; o < y.Length; o++)
        {
            int channel = o % c, q = o / c % outW, p = o / c / outW % outH, picture = o / c / outW / outH;
            y[o] = double.NegativeInfinity;
            for (int row = (p * stride) - padding; row < (p * stride) - padding + kernel; row++)
            {
                for (int column = (q * stride) - padding; column < (q * stride) - padding + kernel; column++)
                {
                    if (row < 0 || row >= h || column < 0 || column >= w)
                    {
                        continue;
                    }

                    double value = x[(((((picture * h) + row) * w) + column) * c) + channel];
                    if (value > y[o])
                    {
                        y[o] = value;
                        argmax[o] = (row * w) + column;
                    }
                }
            }
        }

        return (y, argmax);
    }

    public static double[] GlobalAveragePool(double[] x, int n, int pixels, int c)
    {
        double[] y = new double[n * c];
        for (int i = 0; i < x.Length; i++)
        {
            y[(i / c / pixels * c) + (i % c)] += x[i] / pixels;
        }

        return y;
    }

    public static double[] Resize(double[] x, int n, int inH, int inW, int c, int outH, int outW, bool alignCorners)
    {
        double[] y = new double[n * outH * outW * c];
        for (int o = 0; o < y.Length; o++)
        {
            int channel = o % c, q = o / c % outW, p = o / c / outW % outH, picture = o / c / outW / outH;
            double row = Position(p, inH, outH, alignCorners), column = Position(q, inW, outW, alignCorners);
            int top = (int)row, left = (int)column;
            int bottom = Math.Min(inH - 1, top + 1), right = Math.Min(inW - 1, left + 1);
            double At(int r, int s) => x[(((((picture * inH) + r) * inW) + s) * c) + channel];
            double above = At(top, left) + ((column - left) * (At(top, right) - At(top, left)));
            double below = At(bottom, left) + ((column - left) * (At(bottom, right) - At(bottom, left)));
            y[o] = above + ((row - top) * (below - above));
        }

        return y;
    }

    public static double[] GaussianBlur(double[] x, int n, int h, int w, int c, double sigma)
    {
        int radius = (int)((4 * sigma) + 0.5);
        double[] filter = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
        double[] y = new double[x.Length];
        for (int o = 0; o < n * h * w * c; o++)
        {
            int channel = o % c, q = o / c % w, p = o / c / w % h, picture = o / c / w / h;
            for (int i = -radius; i <= radius; i++)
            {
                for (int j = -radius; j <= radius; j++)
                {
                    double weight = filter[i + radius] * filter[j + radius] / filter.Sum() / filter.Sum();
                    y[o] += weight * x[(((((picture * h) + Mirrored(p + i, h)) * w) + Mirrored(q + j, w)) * c) + channel];
                }
            }
        }

        return y;
    }

    public static double[] HardSwish(double[] x) => Array.ConvertAll(x, v => v * Math.Clamp(v + 3, 0, 6) / 6);

    public static double[] AxisMeans(double[] x, int n, int h, int w, int c)
    {
        double[] y = new double[n * (h + w) * c];
        for (int i = 0; i < x.Length; i++)
        {
            int channel = i % c, q = i / c % w, p = i / c / w % h, picture = i / c / w / h;
            y[(((picture * (h + w)) + p) * c) + channel] += x[i] / w;
            y[(((picture * (h + w)) + h + q) * c) + channel] += x[i] / h;
        }

        return y;
    }

    public static double[] AxisScale(double[] x, double[] rows, double[] columns, int n, int h, int w, int c) =>
        [.. x.Select((v, i) => v * rows[(i / (w * c) * c) + (i % c)] * columns[(((i / (h * w * c) * w) + (i / c % w)) * c) + (i % c)])];

    public static double[] Softmax(double[] x, int c, double scale) =>
        Shares([.. x.Chunk(c).SelectMany(row =>
        {
            double largest = row.Max();
            return row.Select(v => Math.Exp(scale * (v - largest)));
        })], c);

    /// <summary>Each row divided by its sum, or by 1e-12 where that is larger.</summary>
    public static double[] Shares(double[] x, int c) =>
        [.. x.Chunk(c).SelectMany(row =>
        {
            double sum = Math.Max(row.Sum(), 1e-12);
            return row.Select(v => v / sum);
        })];

    public static double[] HardShrink(double[] x, int c, double threshold) =>
        Shares(Array.ConvertAll(x, v => Math.Max(v - threshold, 0) * v / (Math.Abs(v - threshold) + 1e-12)), c);

    public static double[] Entropy(double[] x, int c) => [.. x.Chunk(c).Select(row => -row.Sum(v => v * Math.Log(v + 1e-12)))];

    public static double[] ScaleByLength(double[] x, double[] reference, int c) =>
        [.. x.Chunk(c).Zip(reference.Chunk(c)).SelectMany(pair =>
        {
            double length = Norm(pair.Second);
            return pair.First.Select(v => v * length);
        })];

    public static double[] L2Normalize(double[] x, int c, double epsilon) =>
        [.. x.Chunk(c).SelectMany(row =>
        {
            double length = Norm(row) + epsilon;
            return row.Select(v => v / length);
        })];

    public static double[] CosineDistance(double[] a, double[] b, int c, double epsilon) =>
        [.. a.Chunk(c).Zip(b.Chunk(c), (p, q) => 1 - (Dot(p, q) / ((Norm(p) + epsilon) * (Norm(q) + epsilon))))];

    public static double[] FlatCosineDistance(double[] a, double[] b, int length) =>
        [.. a.Chunk(length).Zip(b.Chunk(length), (p, q) => 1 - (Dot(p, q) / (Math.Max(Norm(p), 1e-8) * Math.Max(Norm(q), 1e-8))))];

    public static double[] SegmentationLoss(double[] z, double[] m, double gamma, bool l1)
    {
        double loss = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double p = 1 / (1 + Math.Exp(-z[i]));
            double logP = Math.Max(-100, -SoftPlus(-z[i])), logOneMinusP = Math.Max(-100, -SoftPlus(z[i]));
            double crossEntropy = -((m[i] * logP) + ((1 - m[i]) * logOneMinusP));
            double oneMinusP = 1 / (1 + Math.Exp(z[i]));
            double miss = (p * (1 - m[i])) + (oneMinusP * m[i]);
            loss += (crossEntropy * Math.Pow(miss, gamma)) + (l1 ? Math.Abs(p - m[i]) : 0);
        }

        return [loss / z.Length];
    }

    public static double Norm(double[] x) => Math.Sqrt(Dot(x, x));

    public static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    private static int Mirrored(int position, int length)
    {
        while (position < 0 || position >= length)
        {
            position = position < 0 ? -1 - position : (2 * length) - 1 - position;
        }

        return position;
    }

    // log(1 + e^x): the series where e^x is too small to be added to one.
    private static double SoftPlus(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return Math.Max(0, x) + (e < 1e-5 ? e - (e * e / 2) : Math.Log(1 + e));
    }

    private static double Position(int output, int inputs, int outputs, bool alignCorners)
    {
        if (alignCorners)
        {
            return outputs == 1 ? 0 : (double)output * (inputs - 1) / (outputs - 1);
        }

        return Math.Clamp(((output + 0.5) * inputs / outputs) - 0.5, 0, inputs - 1);
    }
}
