using Retort.Detectors;
using Retort.Evaluation;
using Retort.Metrics;

namespace Retort.Benchmarks;

/// <summary>What came of a run. Numbers are null where a run failed or where they are not defined.</summary>
internal sealed record BenchmarkRow
{
    /// <summary>Which run.</summary>
    public required BenchmarkRunName Name { get; init; }

    /// <summary>Its <see cref="BenchmarkRun.Options"/>.</summary>
    public required string Options { get; init; }

    /// <summary>Why it failed, in one line; null if it is done.</summary>
    public string? Error { get; init; }

    /// <summary>The metrics of the deciding map, as fractions: as many as, and in the order of, <see cref="Metric.All"/>.</summary>
    public IReadOnlyList<double?> Metrics { get; init; } = [.. Metric.All.Select(_ => (double?)null)];

    /// <summary>How many test pictures were evaluated.</summary>
    public int? Images { get; init; }

    /// <summary>Seconds of training, all sittings of a resumed run together, reading pictures included.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>The time of one inspection in milliseconds, as in <see cref="EvaluationResult.MillisecondsPerImage"/>.</summary>
    public double? MillisecondsPerImage { get; init; }

    /// <summary>
    /// The largest resident memory of the process during the run, in units of 2^20 bytes; null where it is not known: the system has no means of measuring a
    /// part of a process's life, or the training was over before this process began.
    /// </summary>
    public double? PeakMegabytes { get; init; }

    /// <summary>The threads that were used.</summary>
    public required int Threads { get; init; }

    /// <summary>The version of Retort that did it.</summary>
    public required string RetortVersion { get; init; }

    /// <summary>Whether the run came to its end.</summary>
    public bool IsDone => Error is null;

    /// <summary>The row of a run that is done.</summary>
    internal static BenchmarkRow Done(BenchmarkRun run, DetectorInfo detector, EvaluationResult result, double? peak) => new()
    {
        Name = run.Name,
        Options = run.Options,
        Metrics = [.. Metric.All.Select(m => m.Of(result.Deciding))],
        Images = result.Images,
        TrainingSeconds = Math.Round(detector.Training.Seconds, 1),
        MillisecondsPerImage = Math.Round(result.MillisecondsPerImage, 3),
        PeakMegabytes = peak is { } megabytes ? Math.Round(megabytes) : null,
        Threads = result.Threads,
        RetortVersion = detector.Training.RetortVersion,
    };
}
