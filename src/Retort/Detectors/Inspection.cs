namespace Retort.Detectors;

/// <summary>What a detector says of a picture.</summary>
public enum Verdict
{
    /// <summary>The score is below the threshold.</summary>
    Good,

    /// <summary>The score reaches the threshold.</summary>
    Anomalous,
}

/// <summary>The result of inspecting one picture.</summary>
/// <param name="Path">The file, or null for a picture that came as a stream or as pixels.</param>
/// <param name="Width">The width of the picture in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="Score">The image score; larger is more anomalous, the scale is the method's own.</param>
/// <param name="Threshold">The detector's image threshold, on the same scale.</param>
/// <param name="Map">The anomaly map at the detector's input size, or blended of its tiles' maps; it stretches over the whole picture.</param>
/// <param name="Regions">Where the map reaches the pixel threshold, the highest peak first. A picture judged good may have some, where
/// they are too small to raise its score.</param>
/// <param name="Elapsed">The time from the start of reading to the regions, waiting for other inspections included.</param>
public sealed record Inspection(
    string? Path,
    int Width,
    int Height,
    float Score,
    float Threshold,
    AnomalyMap Map,
    IReadOnlyList<Region> Regions,
    TimeSpan Elapsed)
{
    /// <summary>Anomalous if the score reaches the threshold (or is not a number), else good.</summary>
    public Verdict Verdict => Score < Threshold ? Verdict.Good : Verdict.Anomalous;
}
