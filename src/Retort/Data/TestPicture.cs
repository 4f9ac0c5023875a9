namespace Retort.Data;

/// <summary>A picture of a test set.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="RelativePath">Its path within the test folder with forward slashes: <c>&lt;defect&gt;/&lt;file&gt;</c>.</param>
/// <param name="Defect">The kind of defect, which is its folder's name; <c>good</c> for none.</param>
/// <param name="IsAnomalous">Whether it shows a defect.</param>
/// <param name="MaskPath">The picture that is bright where the defect is; null for good pictures and where there is none.</param>
public sealed record TestPicture(string Path, string RelativePath, string Defect, bool IsAnomalous, string? MaskPath);
