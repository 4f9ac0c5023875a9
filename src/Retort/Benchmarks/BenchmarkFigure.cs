using System.Globalization;
using Retort.Metrics;

namespace Retort.Benchmarks;

/// <summary>A number of a run that tables show.</summary>
/// <param name="Key">Its name for other programs.</param>
/// <param name="Title">Its name for people, with its unit.</param>
/// <param name="Of">Takes it.</param>
/// <param name="Scale">What it is multiplied by to be shown.</param>
/// <param name="Decimals">How many decimals are shown.</param>
internal sealed record BenchmarkFigure(string Key, string Title, Func<BenchmarkRow, double?> Of, double Scale, int Decimals)
{
    /// <summary>All figures: the metrics, then time and memory.</summary>
    public static IReadOnlyList<BenchmarkFigure> All { get; } =
    [
        .. Metric.All.Select((m, i) => new BenchmarkFigure(m.Key, m.Title + ", %", row => row.Metrics[i], 100, 1)),
        new("training_seconds", "training, s", row => row.TrainingSeconds, 1, 0),
        new("milliseconds_per_image", "ms a picture", row => row.MillisecondsPerImage, 1, 1),
        new("peak_mb", "peak MB", row => row.PeakMegabytes, 1, 0),
    ];

    /// <summary>A statistic as tables show it: <c>99.2 ± 0.3</c>, <c>99.2</c> of a single seed, a dash for none.</summary>
    public string Show(BenchmarkStatistic? statistic)
    {
        string format = "F" + Decimals.ToString(CultureInfo.InvariantCulture);
        return statistic is null ? "-"
            : statistic.Deviation is { } deviation ? $"{Text(statistic.Mean)} ± {Text(deviation)}"
            : Text(statistic.Mean);

        string Text(double value) => (Scale * value).ToString(format, CultureInfo.InvariantCulture);
    }
}

/// <summary>Mean and standard deviation over seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation of a sample, <c>sqrt(sum (x - mean)^2 / (n - 1))</c>; null for a single seed.</param>
internal sealed record BenchmarkStatistic(double Mean, double? Deviation)
{
    /// <summary>The statistic of some values; null if there are none or one of them is not known.</summary>
    public static BenchmarkStatistic? Of(IReadOnlyList<double?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || values.Any(v => v is null))
        {
            return null;
        }

        double mean = values.Average()!.Value;
        double squares = values.Sum(v => (v!.Value - mean) * (v.Value - mean));
        return new BenchmarkStatistic(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : null);
    }
}
