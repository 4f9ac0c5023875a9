using MathNet.Numerics.Distributions;

namespace Retort.Tests.Calibration;

/// <summary>Populations of which it is known what share lies above a value.</summary>
internal static class Populations
{
    public static IContinuousDistribution Get(string name, int seed) => name switch
    {
        "normal" => new Normal(3, 0.5, new Random(seed)),
        "gamma" => new Gamma(2, 4, new Random(seed)),
        "exponential" => new Exponential(0.01, new Random(seed)),
        "log-normal" => new LogNormal(-2, 0.5, new Random(seed)),
        _ => throw new ArgumentException(name),
    };

    public static float[] Draw(this IContinuousDistribution population, int count)
    {
        double[] values = new double[count];
        population.Samples(values);
        return [.. values.Select(v => (float)v)];
    }

    public static double ShareAbove(this IContinuousDistribution population, double value) => value <= population.Minimum ? 1 : 1 - population.CumulativeDistribution(value);
}
