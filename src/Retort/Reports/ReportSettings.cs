using Retort.Data;
using Retort.Evaluation;

namespace Retort.Reports;

/// <summary>What a report says besides its figures, and how large its pictures are.</summary>
public sealed record ReportSettings
{
    /// <summary>The heading; the dataset's name when null.</summary>
    public string? Title { get; init; }

    /// <summary>A paragraph under the heading; null for none.</summary>
    public string? Introduction { get; init; }

    /// <summary>Commands to try next, at the end of the page; null for none.</summary>
    public string? Next { get; init; }

    /// <summary>
    /// The longest side of a picture on the page, in pixels; larger ones are shrunk. Null lets the number of pictures decide, so that a page weighs some 20 MB
    /// at most: 640 for up to 100 pictures, 282 for 571, 192 from some 1230 on.
    /// </summary>
    public int? PictureSide { get; init; }

    /// <summary>When it was made; null leaves it out.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>What to do about a picture that cannot be read.</summary>
    public BadPicturePolicy BadPictures { get; init; } = BadPicturePolicy.Stop;

    /// <summary>Is given each picture once it is inspected, as by <see cref="EvaluationSettings.Watch"/>. Null for nobody.</summary>
    public Action<EvaluatedPicture>? Watch { get; init; }
}
