using System.Text.Json.Nodes;
using Retort.Calibration;
using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class ThresholdsTests
{
    private static readonly Thresholds Sample = SampleThresholds.Create(2.5f, 1.75f);

    [Fact]
    public void Normalised_scores_are_one_half_at_the_threshold_and_grow_from_0_to_1()
    {
        Assert.Equal(0.5f, Sample.Normalize(2.5f));
        Assert.Equal(1 / (1 + Math.Exp(-2)), Sample.Normalize(3), 6);
        Assert.Equal(1 / (1 + Math.Exp(2)), Sample.Normalize(2), 6);
        Assert.Equal((0f, 1f), (Sample.Normalize(-1e30f), Sample.Normalize(1e30f)));
        Assert.Equal((0f, 1f), (Sample.Normalize(float.NegativeInfinity), Sample.Normalize(float.PositiveInfinity)));
        Assert.Equal(float.NaN, Sample.Normalize(float.NaN));
        Assert.Equal(0.5f, Sample.NormalizePixel(1.75f));
        Assert.Equal(1 / (1 + Math.Exp(-1)), Sample.NormalizePixel(2.25f), 6);
    }

    [Fact]
    public void What_is_written_is_read()
    {
        Assert.Equal(Sample, Read(Sample.ToJson()));
        Thresholds recall = Sample with
        {
            Basis = Sample.Basis with { Goal = CalibrationGoal.Recall, Target = 0.99, Rule = "recall", Defective = 40, Recall = new RateEstimate(1, 0.9, 1) },
        };
        Assert.Equal(recall, Read(recall.ToJson()));
        Assert.Equal("recall", (string)recall.ToJson()["goal"]!);
    }

    [Fact]
    public void Files_of_an_early_Retort_have_no_uncertain_pictures_and_a_scale_from_their_threshold()
    {
        var json = new JsonObject { ["image"] = 2.5, ["pixel"] = -1, ["source"] = "held-back", ["pictures"] = 21 };
        Thresholds thresholds = Read(json);
        Assert.Equal((2.5f, 2.5f, -1f), (thresholds.Image, thresholds.Uncertain, thresholds.Pixel));
        Assert.Equal((2.5f / 8, 1f / 8), (thresholds.Scale, thresholds.PixelScale));
        Assert.Equal(Verdict.Good, thresholds.Judge(2.4999f));
        Assert.Equal(Verdict.Anomalous, thresholds.Judge(2.5f));
        Assert.Equal((null, 21, 0), (thresholds.Basis.Goal, thresholds.Basis.Pictures, thresholds.Basis.Warnings.Count));
        Assert.Equal(1, Read(new JsonObject { ["image"] = 0, ["pixel"] = 0, ["source"] = "", ["pictures"] = 1 }).Scale);
    }

    [Theory]
    [InlineData("uncertain", 2.6)]
    [InlineData("scale", 0)]
    [InlineData("pixelScale", -1)]
    [InlineData("scale", 1e300)]
    [InlineData("image", 1e300)]
    [InlineData("pixel", 1e300)]
    public void Thresholds_that_make_no_sense_are_damage(string field, double value)
    {
        JsonObject json = Sample.ToJson();
        json[field] = value;
        Assert.Equal("its thresholds contradict each other", Assert.Throws<RetortException>(() => Read(json)).Message);
    }

    [Fact]
    public void An_unknown_goal_is_damage()
    {
        JsonObject json = Sample.ToJson();
        json["goal"] = "luck";
        Assert.Equal("\"goal\" is not one of false-positive-rate, f1, recall", Assert.Throws<RetortException>(() => Read(json)).Message);
    }

    private static Thresholds Read(JsonObject json) =>
        Thresholds.FromJson(new JsonFields((JsonObject)JsonNode.Parse(json.ToJsonString())!, Fail), Fail);

    private static RetortException Fail(string detail) => new(detail);
}
