using Retort.Detectors;

namespace Retort.Reports;

/// <summary>The thresholds that a report starts from: below both a picture is good, from the second one on defective, between them uncertain.</summary>
/// <param name="Uncertain">A picture whose score is at least this is not simply good.</param>
/// <param name="Defective">A picture whose score is at least this is defective; not below <paramref name="Uncertain"/>.</param>
internal sealed record ReportThresholds(float Uncertain, float Defective)
{
    /// <summary>Those of a detector.</summary>
    public static ReportThresholds Of(Thresholds thresholds) => new(thresholds.Uncertain, thresholds.Image);
}
