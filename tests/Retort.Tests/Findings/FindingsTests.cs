using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Findings;
using Retort.Tests.Detectors;

namespace Retort.Tests.Findings;

public sealed class FindingsTests
{
    private static readonly Thresholds Thresholds = SampleThresholds.Create(2.5f, 1.75f);
    private static readonly AnomalyMap Map = new(1, 1, [0]);

    private static readonly Region[] Regions =
    [
        new(10, 20, 3, 4, 11.123456, 2.25f, 2, new PicturePoint(11.5, 22), [new(10, 20), new(13, 20.333333), new(11.5, 24)]),
        new(0, 0, 1, 1, 1, 1.75f, 1.75f, new PicturePoint(0.5, 0.5), [new(0, 0), new(1, 0), new(1, 1), new(0, 1)]),
    ];

    private static readonly Inspection[] Inspections =
    [
        new("a \"b\", c.png", 640, 480, 3, Thresholds, Map, Regions, TimeSpan.FromMilliseconds(12.5)),
        new("d.png", 640, 480, 2, Thresholds, Map, [], TimeSpan.Zero),
        new(null, 1, 1, float.NaN, Thresholds, Map, [], TimeSpan.Zero),
    ];

    [Fact]
    public void The_JSON_holds_thresholds_raw_and_normalised_scores_and_regions()
    {
        JsonObject json = FindingsJson.Create(Thresholds, Inspections, ["e.png is not a PNG."]);
        Assert.Equal((2.5f, 1.875f, 0.25f, 1.75f, 0.5f), (Number(json, "threshold"), Number(json, "uncertain_threshold"), Number(json, "scale"), Number(json, "pixel_threshold"), Number(json, "pixel_scale")));
        Assert.Equal("e.png is not a PNG.", (string)json["failed"]![0]!);
        JsonNode picture = json["pictures"]![0]!;
        Assert.Equal(("anomalous", 3f, 0.8807971f), ((string)picture["verdict"]!, Number(picture, "score"), Number(picture, "normalized_score")));
        Assert.Equal(
            """{"x":10,"y":20,"width":3,"height":4,"area":11.12,"peak":2.25,"mean":2,"normalized_peak":0.7310586,"centroid":[11.5,22],"contour":[[10,20],[13,20.33],[11.5,24]]}""",
            picture["regions"]![0]!.ToJsonString());
        Assert.Equal("uncertain", (string)json["pictures"]![1]!["verdict"]!);
        Assert.Equal(
            """{"path":null,"width":1,"height":1,"score":null,"normalized_score":null,"verdict":"anomalous","regions":[],"milliseconds":0}""",
            json["pictures"]![2]!.ToJsonString());
    }

    [Fact]
    public void The_CSV_has_a_line_a_region_and_one_for_a_picture_without()
    {
        Assert.Equal(
            """
            path,width,height,score,normalized_score,verdict,regions,region,region_x,region_y,region_width,region_height,region_area,region_peak,region_mean,region_normalized_peak,centroid_x,centroid_y,contour
            "a ""b"", c.png",640,480,3,0.8807971,anomalous,2,1,10,20,3,4,11.12,2.25,2,0.7310586,11.5,22,10 20 13 20.33 11.5 24
            "a ""b"", c.png",640,480,3,0.8807971,anomalous,2,2,0,0,1,1,1,1.75,1.75,0.5,0.5,0.5,0 0 1 0 1 1 0 1
            d.png,640,480,2,0.11920292,uncertain,0,,,,,,,,,,,,
            ,1,1,NaN,NaN,anomalous,0,,,,,,,,,,,,

            """.ReplaceLineEndings("\n"),
            FindingsCsv.Create(Inspections));
    }

    [Fact]
    public void The_COCO_file_has_an_image_a_picture_and_an_annotation_a_region()
    {
        JsonObject coco = FindingsCoco.Create(Inspections);
        Assert.Equal([1, 2, 3], coco["images"]!.AsArray().Select(i => (int)i!["id"]!));
        Assert.Equal("a \"b\", c.png", (string)coco["images"]![0]!["file_name"]!);
        Assert.Equal("""[{"id":1,"name":"anomaly","supercategory":"anomaly"}]""", coco["categories"]!.ToJsonString());
        Assert.Equal(2, coco["annotations"]!.AsArray().Count);
        Assert.Equal(
            """{"id":1,"image_id":1,"category_id":1,"bbox":[10,20,3,4],"area":11.12,"segmentation":[[10,20,13,20.33,11.5,24]],"iscrowd":0,"score":0.7310586}""",
            coco["annotations"]![0]!.ToJsonString());
    }

    private static float Number(JsonNode json, string name) => (float)json[name]!;
}
