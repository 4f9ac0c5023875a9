using Retort.Data;

namespace Retort.Evaluation;

/// <summary>How to evaluate.</summary>
public sealed record EvaluationSettings
{
    /// <summary>
    /// A folder for each test picture's deciding map, as float32 <c>[Size, Size]</c> in <c>&lt;defect&gt;/&lt;name&gt;.npy</c>, and for
    /// <c>scores.csv</c> (<c>path,label,score</c>; the label is 1 for a defective picture, else 0). Null for none.
    /// </summary>
    public string? MapsFolder { get; init; }

    /// <summary>What to do about a picture that cannot be read. Metrics of fewer pictures cannot be compared with those of all.</summary>
    public BadPicturePolicy BadPictures { get; init; } = BadPicturePolicy.Stop;

    /// <summary>Is given each picture once it is inspected, in the order of the test set, on the thread of the evaluation. Null for nobody.</summary>
    public Action<EvaluatedPicture>? Watch { get; init; }
}
