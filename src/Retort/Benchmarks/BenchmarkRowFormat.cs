using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Metrics;

namespace Retort.Benchmarks;

/// <summary>A <see cref="BenchmarkRow"/> as a line of <c>results.csv</c> and as JSON: the same names, empty values for null.</summary>
internal static class BenchmarkRowFormat
{
    private const string Done = "done";
    private const string Failed = "failed";

    /// <summary>Columns before the metrics: method, category, seed, ablation, outcome.</summary>
    private const int Front = 5;

    private static readonly string[] Names =
    [
        "method", "category", "seed", "ablation", "outcome",
        .. Metric.All.Select(m => m.Key),
        "images", "training_seconds", "milliseconds_per_image", "peak_mb", "threads", "retort", "options", "error",
    ];

    /// <summary>The first line of the file.</summary>
    public static string Header { get; } = CsvLine.Join(Names);

    /// <summary>The line of a row.</summary>
    public static string ToLine(BenchmarkRow row) => CsvLine.Join(
    [
        row.Name.Method,
        row.Name.Category,
        row.Name.Seed.ToString(CultureInfo.InvariantCulture),
        row.Name.Ablation,
        row.IsDone ? Done : Failed,
        .. row.Metrics.Select(Text),
        Text(row.Images),
        Text(row.TrainingSeconds),
        Text(row.MillisecondsPerImage),
        Text(row.PeakMegabytes),
        Text(row.Threads),
        row.RetortVersion,
        row.Options,
        (row.Error ?? "").ReplaceLineEndings(" "),
    ]);

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is not one of this program.</exception>
    public static BenchmarkRow FromLine(string line)
    {
        if (CsvLine.Split(line) is not { } values || values.Count != Names.Length || values[Front - 1] is not (Done or Failed))
        {
            throw new FormatException();
        }

        int back = Front + Metric.All.Count;
        bool done = values[Front - 1] == Done;
        return new BenchmarkRow
        {
            Name = new BenchmarkRunName(values[0], values[1], ulong.Parse(values[2], NumberStyles.None, CultureInfo.InvariantCulture), values[3]),
            Metrics = [.. values.Skip(Front).Take(Metric.All.Count).Select(Number)],
            Images = (int?)Number(values[back]),
            TrainingSeconds = Number(values[back + 1]),
            MillisecondsPerImage = Number(values[back + 2]),
            PeakMegabytes = Number(values[back + 3]),
            Threads = (int?)Number(values[back + 4]) ?? throw new FormatException(),
            RetortVersion = values[back + 5],
            Options = values[back + 6],
            Error = done ? null : values[back + 7],
        };
    }

    /// <summary>The row for other programs.</summary>
    public static JsonObject ToJson(BenchmarkRow row)
    {
        var json = new JsonObject
        {
            ["method"] = row.Name.Method,
            ["category"] = row.Name.Category,
            ["seed"] = row.Name.Seed,
            ["ablation"] = row.Name.Ablation,
            ["outcome"] = row.IsDone ? Done : Failed,
        };
        foreach ((Metric metric, double? value) in Metric.All.Zip(row.Metrics))
        {
            json[metric.Key] = value;
        }

        json["images"] = row.Images;
        json["training_seconds"] = row.TrainingSeconds;
        json["milliseconds_per_image"] = row.MillisecondsPerImage;
        json["peak_mb"] = row.PeakMegabytes;
        json["threads"] = row.Threads;
        json["retort"] = row.RetortVersion;
        json["options"] = row.Options;
        json["error"] = row.Error;
        return json;
    }

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static double? Number(string text)
    {
        double value = 0;
        return text.Length == 0 ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) ? value
            : throw new FormatException();
    }
}
