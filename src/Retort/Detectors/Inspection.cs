namespace Retort.Detectors;

/// <summary>What a detector says of a picture.</summary>
public enum Verdict
{
    /// <summary>The score is below both thresholds.</summary>
    Good,

    /// <summary>The score reaches <see cref="Thresholds.Uncertain"/> but not <see cref="Thresholds.Image"/>: someone should look.</summary>
    Uncertain,

    /// <summary>The score reaches <see cref="Thresholds.Image"/>.</summary>
    Anomalous,
}

/// <summary>The result of inspecting one picture.</summary>
/// <param name="Path">The file, or null for a picture that came as a stream or as pixels.</param>
/// <param name="Width">The width of the picture in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="Score">The raw image score; larger is more anomalous, the scale is the method's own.</param>
/// <param name="Thresholds">The detector's thresholds, on the same scale.</param>
/// <param name="Map">The raw anomaly map at the detector's input size, or blended of its tiles' maps; it stretches over the whole picture.</param>
/// <param name="Regions">Where the map reaches the pixel threshold, the highest peak first. A picture judged good may have some, where
/// they are too small to raise its score.</param>
/// <param name="Elapsed">The time from the start of reading to the regions, waiting for other inspections included.</param>
public sealed record Inspection(
    string? Path,
    int Width,
    int Height,
    float Score,
    Thresholds Thresholds,
    AnomalyMap Map,
    IReadOnlyList<Region> Regions,
    TimeSpan Elapsed)
{
    /// <summary>The score within 0 and 1, 0.5 at the threshold, on a scale that is the same for all detectors; see <see cref="Thresholds.Normalize"/>.</summary>
    public float NormalizedScore => Thresholds.Normalize(Score);

    /// <summary>Good, uncertain or anomalous; see <see cref="Thresholds.Judge"/>.</summary>
    public Verdict Verdict => Thresholds.Judge(Score);
}
