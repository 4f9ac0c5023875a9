using Retort.Detectors;
using Retort.Evaluation;

namespace Retort.Reports;

/// <summary>All that a report shows.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Detector">What was measured.</param>
/// <param name="Result">How it did.</param>
/// <param name="Pictures">The test pictures.</param>
public sealed record ReportContent(string Title, DetectorInfo Detector, EvaluationResult Result, IReadOnlyList<ReportPicture> Pictures)
{
    /// <summary>A paragraph under the heading; null for none.</summary>
    public string? Introduction { get; init; }

    /// <summary>Commands to try next; null for none.</summary>
    public string? Next { get; init; }

    /// <summary>When it was made; null leaves it out.</summary>
    public DateTimeOffset? Made { get; init; }
}
