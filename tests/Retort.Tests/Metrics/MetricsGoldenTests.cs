using System.Text.Json;
using Retort.Metrics;

namespace Retort.Tests.Metrics;

public class MetricsGoldenTests
{
    public static TheoryData<string> Cases()
    {
        var names = new TheoryData<string>();
        foreach (JsonElement @case in Goldens())
        {
            names.Add(@case.GetProperty("name").GetString()!);
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_metric_equals_the_oracle(string name)
    {
        JsonElement golden = Goldens().Single(c => c.GetProperty("name").GetString() == name);
        int Number(string key) => golden.GetProperty(key).GetInt32();
        double Expected(string key) => golden.GetProperty("expected").GetProperty(key).GetDouble();
        var synthetic = new SyntheticMaps(
            Number("seed"), Number("pictures"), Number("width"), Number("height"), Number("levels"),
            Number("boost"), Number("drift"), Number("rects"), Number("side"));
        var (scores, labels, maps, masks) = synthetic.Make();

        EvaluationMetrics actual = EvaluationMetrics.Compute(scores, labels, maps, masks, synthetic.Width, synthetic.Height);

        Assert.Equal(Expected("image_auroc"), actual.ImageAuroc!.Value, 1e-10);
        Assert.Equal(Expected("image_ap"), actual.ImageAp!.Value, 1e-10);
        Assert.Equal(Expected("image_f1_max"), actual.ImageF1Max!.Value, 1e-10);
        Assert.Equal(Expected("pixel_auroc"), actual.PixelAuroc!.Value, 1e-10);
        Assert.Equal(Expected("pixel_ap"), actual.PixelAp!.Value, 1e-10);
        Assert.Equal(Expected("pixel_f1_max"), actual.PixelF1Max!.Value, 1e-10);
        Assert.Equal(Expected("aupro"), actual.Aupro!.Value, 1e-10);
        Assert.Equal(Expected("pro_per_image"), actual.ProPerImage!.Value, 1e-10);
        Assert.Equal(Expected("iap"), actual.Iap!.Value, 1e-10);
        Assert.Equal(Expected("iap90"), actual.Iap90!.Value, 1e-10);
    }

    private static List<JsonElement> Goldens() =>
        [.. JsonDocument.Parse(File.ReadAllText(Golden.PathOf("Metrics", "metrics.json"))).RootElement.EnumerateArray()];
}
