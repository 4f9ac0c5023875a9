using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Findings;

/// <summary>What was found in pictures, as JSON.</summary>
public static class FindingsJson
{
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
            ["pixel_threshold"] = thresholds.Pixel,
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
            ["verdict"] = Word(inspection.Verdict),
            ["regions"] = new JsonArray([.. inspection.Regions.Select(Create)]),
            ["milliseconds"] = Math.Round(inspection.Elapsed.TotalMilliseconds, 3),
        };
    }

    /// <summary>The word for a verdict: <c>good</c> or <c>anomalous</c>.</summary>
    internal static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static JsonObject Create(Region region) => new()
    {
        ["x"] = region.X,
        ["y"] = region.Y,
        ["width"] = region.Width,
        ["height"] = region.Height,
        ["area"] = region.Area,
        ["peak"] = region.Peak,
        ["mean"] = region.Mean,
    };
}
