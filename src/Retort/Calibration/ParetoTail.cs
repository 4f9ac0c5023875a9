using MathNet.Numerics.Distributions;

namespace Retort.Calibration;

/// <summary>
/// The upper tail of a population, extrapolated from a small sample: values above a high order statistic are taken for draws from a generalised
/// Pareto distribution (peaks over threshold), whose shape and scale are known as well as the sample lets them be, and no better.
/// </summary>
/// <remarks>
/// <para>
/// With k values above <c>u</c>, excess <c>y = x - u</c>, shape <c>xi</c> and scale <c>s</c>, the share of the population above <c>u + y</c> is
/// <c>B (1 + xi y / s)^(-1/xi)</c>, where B, the share above u, has the distribution Beta(k + 1, n - k), whatever the population.
/// </para>
/// <para>
/// Ten or so excesses say little about the shape. Their likelihood is therefore weighted with a prior, a normal distribution of mean 0 and deviation
/// <see cref="ShapeDeviation"/> for the shape (0 is the exponential tail, towards which those of normal, gamma and log-normal populations go), and a flat one
/// for the logarithm of the scale. The threshold of a rate is where the share above it, averaged over what the sample leaves possible, is that rate. For an
/// exponential tail of known shape this is exact over repeated samples: <c>t = u + (((k + 1) / ((n + 1) rate))^(1/k) - 1) k mean(y)</c>.
/// </para>
/// <para>
/// Sources: J. Pickands, Annals of Statistics 3 (1975); S. Coles, M. Dixon: Likelihood-based inference for extreme value models, Extremes 2 (1999), for
/// the penalty; the integration over a grid is ours.
/// </para>
/// </remarks>
internal sealed class ParetoTail
{
    /// <summary>The fewest values that a tail is fitted to.</summary>
    private const int FewestValues = 2;

    /// <summary>The deviation of the prior of the shape.</summary>
    private const double ShapeDeviation = 0.3;

    /// <summary>The most values that count as tail: enough for its scale; more would reach into the body of the distribution.</summary>
    private const int MostExcesses = 10;

    private const int ShapeSteps = 10;
    private const double ShapeStep = 0.35 * ShapeDeviation;
    private const int ScalePoints = 48;
    private const int SharePoints = 32;

    /// <summary>Points of the grid this much less likely than the best (in natural logarithms) do not count.</summary>
    private const double Negligible = 12;

    private readonly List<Point> _points = [];
    private readonly double[] _shares;
    private readonly double _meanShare;
    private readonly double _start;
    private readonly double _meanExcess;

    private ParetoTail(ReadOnlySpan<double> sorted, int excesses)
    {
        _start = sorted[^(excesses + 1)];
        double[] excess = [.. sorted[^excesses..].ToArray().Select(x => x - _start)];
        _meanExcess = excess.Average();
        _meanShare = (excesses + 1.0) / (sorted.Length + 1);

        // The quantiles of B in the middle of slices of equal probability stand for its distribution.
        var share = new Beta(excesses + 1, sorted.Length - excesses);
        _shares = [.. Enumerable.Range(0, SharePoints).Select(i => share.InverseCumulativeDistribution((i + 0.5) / SharePoints))];
        AddPoints(excess);
    }

    /// <summary>Fits the tail.</summary>
    /// <param name="sorted">The sample in ascending order.</param>
    /// <returns>Null if there is only one value, or the values of the tail are all equal.</returns>
    public static ParetoTail? Fit(ReadOnlySpan<double> sorted)
    {
        // Half of a very small sample: below its middle a distribution is no tail.
        int excesses = Math.Min(MostExcesses, sorted.Length / 2);
        return sorted.Length >= FewestValues && sorted[^1] > sorted[^(excesses + 1)] ? new ParetoTail(sorted, excesses) : null;
    }

    /// <summary>The value that a further draw is expected to exceed with the probability <paramref name="rate"/>.</summary>
    /// <param name="rate">At most the share of the sample that is its tail.</param>
    public double ThresholdFor(double rate)
    {
        double low = 0, high = _meanExcess;
        while (RateAbove(high) > rate)
        {
            (low, high) = (high, 2 * high);
        }

        // As far as doubles go: the interval halves until it cannot.
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            (low, high) = RateAbove(middle) > rate ? (middle, high) : (low, middle);
        }

        return _start + high;
    }

    /// <summary>
    /// What share of the population may lie above a value of the tail. The interval begins at 0: what keeps the share from being smaller is the model alone,
    /// for a sample with no or hardly a value so large cannot tell. Its upper end is that of the other intervals.
    /// </summary>
    public RateEstimate EstimateAbove(double value)
    {
        var rates = new double[_points.Count * _shares.Length];
        var weights = new double[rates.Length];
        int i = 0;
        foreach (Point point in _points)
        {
            double survival = point.Survival(value - _start);
            foreach (double share in _shares)
            {
                rates[i] = share * survival;
                weights[i++] = point.Weight / _shares.Length;
            }
        }

        Array.Sort(rates, weights);
        double sum = 0;
        int upper = 0;
        while (upper < rates.Length - 1 && (sum += weights[upper]) < 1 - RateEstimate.Outside)
        {
            upper++;
        }

        return new RateEstimate(RateAbove(value - _start), 0, rates[upper]);
    }

    private double RateAbove(double excess) => _meanShare * _points.Sum(p => p.Weight * p.Survival(excess));

    private void AddPoints(double[] excess)
    {
        for (int step = -ShapeSteps; step <= ShapeSteps; step++)
        {
            double shape = step * ShapeStep;
            for (int i = 0; i < ScalePoints; i++)
            {
                // Around the scale that has this mean at this shape; the logarithm of a scale has a deviation of about 1 / sqrt(k) and leans upwards.
                double logScale = Math.Log(1 - Math.Min(shape, 0.9)) + ((-4 + (10.0 * i / (ScalePoints - 1))) * 1.2 / Math.Sqrt(excess.Length));
                var point = new Point(shape, _meanExcess * Math.Exp(logScale), 0);
                _points.Add(point with { Weight = point.LogLikelihood(excess) - (shape * shape / (2 * ShapeDeviation * ShapeDeviation)) });
            }
        }

        double best = _points.Max(p => p.Weight);
        _points.RemoveAll(p => p.Weight < best - Negligible);
        double sum = _points.Sum(p => Math.Exp(p.Weight - best));
        for (int i = 0; i < _points.Count; i++)
        {
            _points[i] = _points[i] with { Weight = Math.Exp(_points[i].Weight - best) / sum };
        }
    }

    /// <summary>One of the tails that the sample leaves possible.</summary>
    private readonly record struct Point(double Shape, double Scale, double Weight)
    {
        public double LogLikelihood(double[] excess)
        {
            double sum = 0;
            foreach (double y in excess)
            {
                double inner = 1 + (Shape * y / Scale);
                if (inner <= 0)
                {
                    return double.NegativeInfinity;
                }

                sum += Shape == 0 ? y / Scale : (1 + (1 / Shape)) * Math.Log(inner);
            }

            return -sum - (excess.Length * Math.Log(Scale));
        }

        public double Survival(double excess)
        {
            double inner = 1 + (Shape * excess / Scale);
            return Shape == 0 ? Math.Exp(-excess / Scale) : inner <= 0 ? 0 : Math.Exp(-Math.Log(inner) / Shape);
        }
    }
}
