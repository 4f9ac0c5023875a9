using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Retort.Detectors;

namespace Retort.Findings;

/// <summary>What was found in pictures, as comma-separated values: a line a region, and one with empty columns at its end for a picture without regions.</summary>
public static class FindingsCsv
{
    private static readonly string[] Columns =
    [
        "path", "width", "height", "score", "normalized_score", "verdict", "regions",
        "region", "region_x", "region_y", "region_width", "region_height", "region_area", "region_peak", "region_mean", "region_normalized_peak",
        "centroid_x", "centroid_y", "contour",
    ];

    private const int PictureColumns = 7;

    /// <summary>The lines of one run, with a header. The contour is written as <c>x y x y ...</c>.</summary>
    public static string Create(IEnumerable<Inspection> inspections)
    {
        ArgumentNullException.ThrowIfNull(inspections);
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            Write(csv, Columns);
            foreach (Inspection inspection in inspections)
            {
                string[] picture = OfPicture(inspection);
                for (int i = 0; i < inspection.Regions.Count; i++)
                {
                    Write(csv, [.. picture, .. OfRegion(i + 1, inspection.Regions[i], inspection.Thresholds)]);
                }

                if (inspection.Regions.Count == 0)
                {
                    Write(csv, [.. picture, .. Enumerable.Repeat("", Columns.Length - PictureColumns)]);
                }
            }
        }

        return text.ToString();
    }

    private static void Write(CsvWriter csv, string[] fields)
    {
        foreach (string field in fields)
        {
            csv.WriteField(field);
        }

        csv.NextRecord();
    }

    private static string[] OfPicture(Inspection inspection) =>
    [
        inspection.Path ?? "",
        Text(inspection.Width),
        Text(inspection.Height),
        Text(inspection.Score),
        Text(inspection.NormalizedScore),
        FindingsJson.Word(inspection.Verdict),
        Text(inspection.Regions.Count),
    ];

    private static string[] OfRegion(int number, Region region, Thresholds thresholds) =>
    [
        Text(number),
        Text(region.X),
        Text(region.Y),
        Text(region.Width),
        Text(region.Height),
        Text(FindingsJson.Round(region.Area)),
        Text(region.Peak),
        Text(region.Mean),
        Text(thresholds.NormalizePixel(region.Peak)),
        Text(FindingsJson.Round(region.Centroid.X)),
        Text(FindingsJson.Round(region.Centroid.Y)),
        string.Join(' ', region.Contour.Select(p => $"{Text(FindingsJson.Round(p.X))} {Text(FindingsJson.Round(p.Y))}")),
    ];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
