namespace Retort.Networks.Tests.Support;

/// <summary>
/// What a graph means: every operation written from its definition, in double precision, one value at a time, without fusing, folding
/// or sharing memory. Plans are compared with it.
/// </summary>
internal sealed class SlowEvaluator
{
    private readonly Func<Parameter, bool> _trains;
    private readonly Dictionary<string, double[]> _inputs;
    private readonly Dictionary<Parameter, double[]> _parameters;
    private readonly Dictionary<Value, double[]> _values = [];

    /// <summary>Takes over the parameters as they are now.</summary>
    public SlowEvaluator(ParameterSet parameters, IReadOnlyDictionary<string, float[]> inputs, Func<Parameter, bool> trains)
    {
        _trains = trains;
        _inputs = inputs.ToDictionary(i => i.Key, i => Widen(i.Value));
        _parameters = parameters.All.ToDictionary(p => p, p => Widen(p.Data.Span.ToArray()));
    }

    /// <summary>The running statistics after the evaluation, of the normalisations that train.</summary>
    public Dictionary<Parameter, double[]> Statistics { get; } = [];

    /// <summary>A parameter's values in memory order; they can be changed.</summary>
    public double[] this[Parameter parameter] => _parameters[parameter];

    /// <summary>The sum of scalars with the parameters as they are now.</summary>
    public double Loss(IEnumerable<Value> losses)
    {
        _values.Clear();
        return losses.Sum(l => Evaluate(l)[0]);
    }

    /// <summary>All values of a tensor.</summary>
    public double[] Evaluate(Value value)
    {
        if (!_values.TryGetValue(value, out double[]? result))
        {
            _values.Add(value, result = Compute(value.Producer));
        }

        return result;
    }

    private double[] Compute(Operation operation)
    {
        double[][] inputs = [.. operation.Inputs.Select(Evaluate)];
        return operation switch
        {
            Input input => _inputs[input.Name],
            ParameterValue value => _parameters[value.Parameters[0]],
            Convolution c => Finished(Convolve(c, inputs[0]), inputs, c.Relu),
            TransposedConvolution t => Finished(Enlarge(t, inputs[0]), inputs, t.Relu),
            BatchNorm norm => Finished(Normalize(norm, inputs[0]), inputs, norm.Relu),
            Relu => [.. inputs[0].Select(x => Math.Max(x, 0))],
            Sigmoid => [.. inputs[0].Select(Logistic)],
            HardSwish => [.. inputs[0].Select(x => x * Math.Clamp(x + 3, 0, 6) / 6)],
            StopGradient => inputs[0],
            Power p => [.. inputs[0].Select(v => Math.Pow(Math.Max(v, 0), p.Exponent))],
            Add => [.. inputs[0].Zip(inputs[1], (a, b) => a + b)],
            Multiply m => [.. inputs[0].Zip(inputs[1], (a, b) => m.Scale * a * b)],
            MaxPool pool => Pool(pool, inputs[0]),
            GlobalAveragePool pool => Tabulate(pool.Output.Shape, (n, _, _, c) => Pixels(pool.Inputs[0].Shape).Average(p => inputs[0][At(pool.Inputs[0].Shape, n, p.Y, p.X, c)])),
            Resize resize => Resample(resize, inputs[0]),
            GaussianBlur blur => Smooth(blur, inputs[0]),
            Concat concat => Tabulate(concat.Output.Shape, (n, y, x, c) => Channel(concat, inputs, n, y, x, c)),
            Split split => Tabulate(split.Output.Shape, (n, y, x, c) => inputs[0][At(split.Inputs[0].Shape, n, y, x, split.FirstChannel + c)]),
            SplitRows split => Tabulate(split.Output.Shape, (n, y, x, c) => inputs[0][At(split.Inputs[0].Shape, n, split.FirstRow + y, x, c)]),
            AxisMeans means => AxisMean(means.Inputs[0].Shape, means.Output.Shape, inputs[0]),
            AxisScale scale => Tabulate(scale.Output.Shape, (n, y, x, c) =>
                inputs[0][At(scale.Output.Shape, n, y, x, c)] * inputs[1][At(scale.Inputs[1].Shape, n, y, 0, c)] * inputs[2][At(scale.Inputs[2].Shape, n, x, 0, c)]),
            Mixture mixture => Mix(inputs, Shares([.. _parameters[mixture.Parameters[0]].Select(Math.Exp)])),
            MatrixMultiply product => Tabulate(product.Output.Shape, (n, y, x, k) => Enumerable.Range(0, product.Inputs[0].Shape.C).Sum(c =>
                inputs[0][At(product.Inputs[0].Shape, n, y, x, c)] * inputs[1][At(product.Inputs[1].Shape, 0, product.IsTransposed ? k : c, 0, product.IsTransposed ? c : k)])),
            Softmax softmax => [.. Rows(inputs[0], softmax.Output.Shape.C).SelectMany(row => Shares([.. row.Select(v => Math.Exp(softmax.Scale * v))]))],
            HardShrink shrink => [.. Rows(inputs[0], shrink.Output.Shape.C).SelectMany(row => Shares([.. row.Select(v => v > shrink.Threshold ? v : 0)]))],
            Entropy entropy => [.. Rows(inputs[0], entropy.Inputs[0].Shape.C).Select(row => -row.Sum(v => v * Math.Log(v + 1e-12)))],
            ScaleByLength scaled => [.. Rows(inputs[0], scaled.Output.Shape.C).Zip(Rows(inputs[1], scaled.Output.Shape.C), (row, other) => Scaled(row, Length(other))).SelectMany(r => r)],
            L2Normalize l2 => [.. Rows(inputs[0], l2.Output.Shape.C).SelectMany(row => Scaled(row, 1 / (Length(row) + l2.Epsilon)))],
            CosineDistance cosine => [.. Rows(inputs[0], cosine.Inputs[0].Shape.C).Zip(Rows(inputs[1], cosine.Inputs[0].Shape.C), (a, b) =>
                1 - (Dot(a, b) / (Length(a) + cosine.Epsilon) / (Length(b) + cosine.Epsilon)))],
            FlatCosineDistance flat => [.. Rows(inputs[0], inputs[0].Length / flat.Output.Shape.N).Zip(Rows(inputs[1], inputs[0].Length / flat.Output.Shape.N), (a, b) =>
                1 - (Dot(a, b) / Math.Max(Length(a), 1e-8) / Math.Max(Length(b), 1e-8)))],
            Hinge hinge => [.. inputs[0].Select(v => Math.Max(hinge.Margin - v, 0))],
            MaskedMean mean => [inputs[1].Sum() == 0 ? 0 : mean.Weight * inputs[0].Where((_, i) => inputs[1][i] == 1).Average()],
            RelativeSquaredError error => [error.Weight * inputs[0].Zip(inputs[1], (x, t) => (x - t) * (x - t)).Sum() / inputs[1].Sum(t => t * t)],
            WeightedSum sum => [sum.Weight * inputs[0].Sum()],
            SegmentationLoss loss => [inputs[0].Zip(inputs[1], (z, m) => PixelLoss(loss, z, m)).Average()],
            _ => throw new NotSupportedException(operation.Name),
        };
    }

    private static double[] Finished(double[] y, double[][] inputs, bool relu) =>
        [.. y.Select((v, i) => v + (inputs.Length > 1 ? inputs[1][i] : 0)).Select(v => relu ? Math.Max(v, 0) : v)];

    private double[] Convolve(Convolution operation, double[] x)
    {
        Shape s = operation.Inputs[0].Shape;
        Shape y = operation.Output.Shape;
        double[] filter = _parameters[operation.Filter];
        double[]? bias = operation.Bias == null ? null : _parameters[operation.Bias];
        (int kernelH, int kernelW) = (operation.Filter.FileShape[2], operation.Filter.FileShape[3]);
        var result = new double[y.Length];
        for (int i = 0; i < result.Length; i++)
        {
            (int o, int px, int py, int n) = (i % y.C, i / y.C % y.W, i / y.C / y.W % y.H, i / y.C / y.W / y.H);
            double sum = bias == null ? 0 : bias[o];
            for (int tap = 0; tap < kernelH * kernelW; tap++)
            {
                int row = (py * operation.Stride) - operation.Padding + (tap / kernelW * operation.Dilation);
                int column = (px * operation.Stride) - operation.Padding + (tap % kernelW * operation.Dilation);
                if (row >= 0 && row < s.H && column >= 0 && column < s.W)
                {
                    int from = At(s, n, row, column, 0);
                    for (int c = 0; c < s.C; c++)
                    {
                        sum += x[from + c] * filter[(((tap * s.C) + c) * y.C) + o];
                    }
                }
            }

            result[i] = sum;
        }

        return result;
    }

    // Every input pixel makes a square of its own, one output pixel a tap; the filter lies as [tap][out][in].
    private double[] Enlarge(TransposedConvolution operation, double[] x)
    {
        Shape s = operation.Inputs[0].Shape;
        double[] filter = _parameters[operation.Filter];
        int stride = operation.Stride;
        return Tabulate(operation.Output.Shape, (n, y, px, o) =>
        {
            int tap = (y % stride * stride) + (px % stride);
            int from = At(s, n, y / stride, px / stride, 0);
            return Enumerable.Range(0, s.C).Sum(c => x[from + c] * filter[(((tap * operation.Output.Shape.C) + o) * s.C) + c]);
        });
    }

    private double[] Normalize(BatchNorm norm, double[] x)
    {
        int channels = norm.Output.Shape.C;
        int rows = norm.Output.Shape.Pixels;
        BatchNormParameters p = norm.State;
        double[] mean = _parameters[p.Mean];
        double[] variance = _parameters[p.Variance];
        if (_trains(p.Gamma))
        {
            double[] batchMean = [.. Enumerable.Range(0, channels).Select(c => Rows(x, channels).Average(r => r[c]))];
            double[] batchVariance = [.. batchMean.Select((m, c) => Rows(x, channels).Average(r => (r[c] - m) * (r[c] - m)))];
            Statistics[p.Mean] = [.. mean.Zip(batchMean, (old, m) => (0.9 * old) + (0.1 * m))];
            Statistics[p.Variance] = [.. variance.Zip(batchVariance, (old, v) => (0.9 * old) + (0.1 * (rows > 1 ? v * rows / (rows - 1) : v)))];
            (mean, variance) = (batchMean, batchVariance);
        }

        return [.. x.Select((v, i) => (_parameters[p.Gamma][i % channels] * (v - mean[i % channels]) / Math.Sqrt(variance[i % channels] + 1e-5)) + _parameters[p.Beta][i % channels])];
    }

    private static double[] Pool(MaxPool pool, double[] x)
    {
        Shape s = pool.Inputs[0].Shape;
        return Tabulate(pool.Output.Shape, (n, py, px, c) =>
        {
            double largest = double.NegativeInfinity;
            foreach ((int y, int x) in Pixels(new Shape(1, pool.Window, pool.Window, 1)))
            {
                (int row, int column) = ((py * pool.Stride) - pool.Padding + y, (px * pool.Stride) - pool.Padding + x);
                largest = row >= 0 && row < s.H && column >= 0 && column < s.W ? Math.Max(largest, At(n, row, column, c)) : largest;
            }

            return largest;

            double At(int n, int row, int column, int c) => x[SlowEvaluator.At(s, n, row, column, c)];
        });
    }

    private static double[] Resample(Resize resize, double[] x)
    {
        Shape s = resize.Inputs[0].Shape;
        Shape to = resize.Output.Shape;
        return Tabulate(to, (n, py, px, c) =>
        {
            (int top, int bottom, double down) = Position(py, s.H, to.H, resize.AlignCorners);
            (int left, int right, double across) = Position(px, s.W, to.W, resize.AlignCorners);
            double Row(int row) => ((1 - across) * x[At(s, n, row, left, c)]) + (across * x[At(s, n, row, right, c)]);
            return ((1 - down) * Row(top)) + (down * Row(bottom));
        });
    }

    private static (int Lower, int Upper, double Weight) Position(int output, int inputs, int outputs, bool alignCorners)
    {
        double position = alignCorners ? (outputs > 1 ? output * (inputs - 1.0) / (outputs - 1) : 0) : Math.Max(0, ((output + 0.5) * inputs / outputs) - 0.5);
        int lower = Math.Min(inputs - 1, (int)Math.Floor(position));
        return (lower, Math.Min(inputs - 1, lower + 1), position - lower);
    }

    // Taps beyond the edge are those of the mirrored picture, edge pixel included.
    private static double[] Smooth(GaussianBlur blur, double[] x)
    {
        Shape s = blur.Output.Shape;
        int radius = (int)((4 * blur.Sigma) + 0.5);
        int[] taps = [.. Enumerable.Range(-radius, (2 * radius) + 1)];
        double Weight(int k) => Math.Exp(-k * k / (2 * blur.Sigma * blur.Sigma));
        double total = taps.Sum(Weight) * taps.Sum(Weight);
        static int Mirror(int i, int length) => i < 0 ? Mirror(-1 - i, length) : i >= length ? Mirror((2 * length) - 1 - i, length) : i;
        return Tabulate(s, (n, y, x0, c) =>
            taps.Sum(i => taps.Sum(j => Weight(i) * Weight(j) * x[At(s, n, Mirror(y + i, s.H), Mirror(x0 + j, s.W), c)])) / total);
    }

    private static double[] AxisMean(Shape s, Shape means, double[] x) => Tabulate(means, (n, place, _, c) => place < s.H
        ? Enumerable.Range(0, s.W).Average(column => x[At(s, n, place, column, c)])
        : Enumerable.Range(0, s.H).Average(row => x[At(s, n, row, place - s.H, c)]));

    private static double[] Mix(double[][] inputs, double[] weights) => [.. inputs[0].Select((_, i) => inputs.Select((x, j) => weights[j] * x[i]).Sum())];

    private static double[] Shares(double[] values) => [.. Scaled(values, 1 / Math.Max(values.Sum(), 1e-12))];

    private static double Channel(Concat concat, double[][] inputs, int n, int y, int x, int c)
    {
        int which = 0;
        for (; c >= concat.Inputs[which].Shape.C; which++)
        {
            c -= concat.Inputs[which].Shape.C;
        }

        return inputs[which][At(concat.Inputs[which].Shape, n, y, x, c)];
    }

    private static double PixelLoss(SegmentationLoss loss, double z, double m)
    {
        double p = Logistic(z);
        double crossEntropy = -((m * Math.Max(-100, Math.Log(p))) + ((1 - m) * Math.Max(-100, Math.Log(1 - p))));
        double right = (p * m) + ((1 - p) * (1 - m));
        return (crossEntropy * Math.Pow(1 - right, loss.Gamma)) + (loss.HasL1 ? Math.Abs(p - m) : 0);
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static IEnumerable<double> Scaled(double[] a, double factor) => a.Select(x => x * factor);

    private static double Length(double[] a) => Math.Sqrt(Dot(a, a));

    private static IEnumerable<double[]> Rows(double[] values, int length) => values.Chunk(length);

    private static IEnumerable<(int Y, int X)> Pixels(Shape s) => Enumerable.Range(0, s.H * s.W).Select(i => (i / s.W, i % s.W));

    private static int At(Shape s, int n, int y, int x, int c) => (((((n * s.H) + y) * s.W) + x) * s.C) + c;

    private static double[] Tabulate(Shape s, Func<int, int, int, int, double> value) =>
        [.. Enumerable.Range(0, (int)s.Length).Select(i => value(i / s.C / s.W / s.H, i / s.C / s.W % s.H, i / s.C % s.W, i % s.C))];

    private static double[] Widen(float[] values) => [.. values.Select(v => (double)v)];
}
