namespace Retort.Calibration;

/// <summary>What a detector makes of some pictures.</summary>
/// <param name="Scores">The raw image score of each.</param>
/// <param name="Peaks">The largest value of the raw map of each.</param>
public sealed record PictureScores(IReadOnlyList<float> Scores, IReadOnlyList<float> Peaks)
{
    /// <summary>No pictures.</summary>
    public static PictureScores None { get; } = new([], []);
}
