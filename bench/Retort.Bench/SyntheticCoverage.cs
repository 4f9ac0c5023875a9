using System.CommandLine;
using System.Globalization;
using MathNet.Numerics.Distributions;
using Retort.Calibration;

namespace Retort.Bench;

/// <summary>
/// What thresholds come to on samples of populations whose distribution is known: the rate that reaches them in the mean, how far it scatters, and how often it lies in
/// the stated interval.
/// </summary>
internal static class SyntheticCoverage
{
    private static readonly (string Name, Func<Random, IContinuousDistribution> Create)[] Populations =
    [
        ("normal", random => new Normal(0, 1, random)),
        ("gamma (shape 2)", random => new Gamma(2, 1, random)),
        ("exponential", random => new Exponential(1, random)),
        ("log-normal (0.5)", random => new LogNormal(0, 0.5, random)),
    ];

    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var rate = new Option<double>("--target-fpr") { Description = "The rate to set thresholds for.", HelpName = "SHARE", DefaultValueFactory = _ => CalibrationSettings.DefaultRate };
        Option<int[]> sizes = BenchOptions.Wholes("--pictures", [5, 10, 20, 40, 100, 200, 300, 1000], "Sizes of the samples.");
        Option<int> draws = BenchOptions.Whole("--draws", 1000, "Samples of each size and population.");
        var verb = new Command("coverage", "Thresholds on samples of known populations: rate, interval and how often the one lies in the other.") { rate, sizes, draws };
        verb.SetAction(p => Run(p.GetValue(rate), p.GetRequiredValue(sizes), p.GetValue(draws)));
        return verb;
    }

    private static void Run(double rate, int[] sizes, int draws)
    {
        Console.WriteLine($"asked for {Percent(rate)} %; {draws} samples of each size and population");
        Console.WriteLine($"{"population",-16} {"pictures",8} {"rule",-8} {"rate %",8} {"deviation",9} {"mean interval %",16} {"within %",8}");
        foreach ((string name, Func<Random, IContinuousDistribution> create) in Populations)
        {
            foreach (int size in sizes)
            {
                IContinuousDistribution population = create(new Random(size));
                Show(name, size, [.. Enumerable.Range(0, draws).Select(_ => Draw(population, size, rate))]);
            }
        }
    }

    private static (double Actual, RateThreshold Threshold) Draw(IContinuousDistribution population, int size, double rate)
    {
        double[] sample = new double[size];
        population.Samples(sample);
        RateThreshold threshold = RateThreshold.For(sample.Select(v => (float)v), rate);
        return (threshold.Value <= population.Minimum ? 1 : 1 - population.CumulativeDistribution(threshold.Value), threshold);
    }

    private static void Show(string name, int size, (double Actual, RateThreshold Threshold)[] draws)
    {
        double mean = draws.Average(d => d.Actual);
        double deviation = Math.Sqrt(draws.Average(d => (d.Actual - mean) * (d.Actual - mean)));
        double within = draws.Average(d => d.Actual >= d.Threshold.Reached.Lower && d.Actual <= d.Threshold.Reached.Upper ? 1.0 : 0);
        string interval = $"{Percent(draws.Average(d => d.Threshold.Reached.Lower))} .. {Percent(draws.Average(d => d.Threshold.Reached.Upper))}";
        Console.WriteLine($"{name,-16} {size,8} {draws[0].Threshold.Rule,-8} {Percent(mean),8} {Percent(deviation),9} {interval,16} {(100 * within).ToString("F1", CultureInfo.InvariantCulture),8}");
    }

    private static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);
}
