using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Findings;

/// <summary>What was found in pictures, as JSON: <c>docs/schemas/inspection.schema.json</c> describes it.</summary>
public static class FindingsJson
{
    /// <summary>Places in a picture are given to so many decimals.</summary>
    private const int Decimals = 2;

    /// <summary>The findings of one run.</summary>
    /// <param name="thresholds">The detector's thresholds.</param>
    /// <param name="inspections">What was inspected, in its order.</param>
    /// <param name="failed">Why pictures could not be read, a sentence each.</param>
    public static JsonObject Create(Thresholds thresholds, IEnumerable<Inspection> inspections, IEnumerable<string> failed)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentNullException.ThrowIfNull(inspections);
        ArgumentNullException.ThrowIfNull(failed);
        return new JsonObject
        {
            ["threshold"] = thresholds.Image,
            ["uncertain_threshold"] = thresholds.Uncertain,
            ["scale"] = thresholds.Scale,
            ["pixel_threshold"] = thresholds.Pixel,
            ["pixel_scale"] = thresholds.PixelScale,
            ["pictures"] = new JsonArray([.. inspections.Select(Create)]),
            ["failed"] = new JsonArray([.. failed.Select(f => JsonValue.Create(f))]),
        };
    }

    /// <summary>The findings in one picture. A score that is not a number is null.</summary>
    public static JsonObject Create(Inspection inspection)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        return new JsonObject
        {
            ["path"] = inspection.Path,
            ["width"] = inspection.Width,
            ["height"] = inspection.Height,
            ["score"] = float.IsFinite(inspection.Score) ? inspection.Score : null,
            ["normalized_score"] = float.IsFinite(inspection.NormalizedScore) ? inspection.NormalizedScore : null,
            ["verdict"] = Word(inspection.Verdict),
            ["regions"] = new JsonArray([.. inspection.Regions.Select(r => Create(r, inspection.Thresholds))]),
            ["milliseconds"] = Math.Round(inspection.Elapsed.TotalMilliseconds, 3),
        };
    }

    /// <summary>The word for a verdict: <c>good</c>, <c>uncertain</c> or <c>anomalous</c>.</summary>
    internal static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>A place or a length in a picture, as precise as is of use.</summary>
    internal static double Round(double pixels) => Math.Round(pixels, Decimals);

    private static JsonObject Create(Region region, Thresholds thresholds) => new()
    {
        ["x"] = region.X,
        ["y"] = region.Y,
        ["width"] = region.Width,
        ["height"] = region.Height,
        ["area"] = Round(region.Area),
        ["peak"] = region.Peak,
        ["mean"] = region.Mean,
        ["normalized_peak"] = thresholds.NormalizePixel(region.Peak),
        ["centroid"] = Create(region.Centroid),
        ["contour"] = new JsonArray([.. region.Contour.Select(Create)]),
    };

    // Not a collection expression: that calls a generic Add, which a trimmed program may lack.
    private static JsonArray Create(PicturePoint point) => new(Round(point.X), Round(point.Y));
}
