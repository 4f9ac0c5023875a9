using Retort.Calibration;
using Retort.Data;

namespace Retort.Importing;

/// <summary>What to make a detector of.</summary>
public sealed record ImportSettings
{
    /// <summary>Whose checkpoint it is, see <see cref="DetectorImport.Formats"/>.</summary>
    public required string From { get; init; }

    /// <summary>The checkpoint's file, or files where its parts lie in several.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The side of the input in pixels; a checkpoint does not say it. Null for the papers' 256.</summary>
    public int? Size { get; init; }

    /// <summary>The teacher, a name or a weight file, for checkpoints without one; null for the network the checkpoint asks for, by its name.</summary>
    public string? Teacher { get; init; }

    /// <summary>What the thresholds are to achieve. There are good pictures only, so its goal is their false-positive rate whatever it says.</summary>
    public CalibrationSettings Calibration { get; init; } = new();

    /// <summary>What to do about a picture that cannot be read.</summary>
    public BadPicturePolicy BadPictures { get; init; } = BadPicturePolicy.Stop;

    /// <summary>Threads to compute with; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
