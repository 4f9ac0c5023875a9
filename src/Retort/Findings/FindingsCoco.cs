using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Findings;

/// <summary>
/// What was found in pictures, in the JSON of COCO's object detection, which annotation tools read: every region is an annotation of the one category
/// <c>anomaly</c>, with its contour as segmentation. See <c>https://cocodataset.org/#format-data</c>.
/// </summary>
public static class FindingsCoco
{
    private const int Category = 1;

    /// <summary>The findings of one run.</summary>
    public static JsonObject Create(IEnumerable<Inspection> inspections)
    {
        ArgumentNullException.ThrowIfNull(inspections);
        var images = new JsonArray();
        var annotations = new JsonArray();
        foreach (Inspection inspection in inspections)
        {
            int image = images.Count + 1;
            images.Add((JsonNode)new JsonObject
            {
                ["id"] = image,
                ["file_name"] = inspection.Path ?? "",
                ["width"] = inspection.Width,
                ["height"] = inspection.Height,
            });
            foreach (Region region in inspection.Regions)
            {
                annotations.Add((JsonNode)Annotation(annotations.Count + 1, image, region, inspection.Thresholds));
            }
        }

        return new JsonObject
        {
            ["images"] = images,
            ["annotations"] = annotations,
            ["categories"] = new JsonArray(new JsonObject { ["id"] = Category, ["name"] = "anomaly", ["supercategory"] = "anomaly" }),
        };
    }

    private static JsonObject Annotation(int id, int image, Region region, Thresholds thresholds) => new()
    {
        ["id"] = id,
        ["image_id"] = image,
        ["category_id"] = Category,
        ["bbox"] = new JsonArray(region.X, region.Y, region.Width, region.Height),
        ["area"] = FindingsJson.Round(region.Area),
        ["segmentation"] = new JsonArray(new JsonArray([.. region.Contour.SelectMany(p => (double[])[p.X, p.Y]).Select(v => JsonValue.Create(FindingsJson.Round(v)))])),
        ["iscrowd"] = 0,
        ["score"] = thresholds.NormalizePixel(region.Peak),
    };
}
