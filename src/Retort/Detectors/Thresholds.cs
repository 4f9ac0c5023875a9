using System.Text.Json.Nodes;
using Retort.Calibration;

namespace Retort.Detectors;

/// <summary>
/// From which values on a picture or a pixel counts as anomalous, and how those values were set. Scores and maps keep the scale of their method
/// (raw); <see cref="Normalize"/> and <see cref="NormalizePixel"/> bring them to one that is the same for all detectors.
/// </summary>
public sealed record Thresholds
{
    /// <summary>In files of an early Retort there is no scale: a value of 0 then comes to 1 / (1 + e^8), all but 0.</summary>
    private const float AssumedScales = 8;

    /// <summary>A picture whose score is at least this is anomalous.</summary>
    public required float Image { get; init; }

    /// <summary>A picture whose score is at least this, but below <see cref="Image"/>, is uncertain. At most <see cref="Image"/>; equal to it, no picture is uncertain.</summary>
    public required float Uncertain { get; init; }

    /// <summary>How much scores of good pictures differ: the unit in which <see cref="Normalize"/> measures. Above 0.</summary>
    public required float Scale { get; init; }

    /// <summary>A pixel of the map that is at least this belongs to a region.</summary>
    public required float Pixel { get; init; }

    /// <summary>How much the peaks of the maps of good pictures differ: the unit of <see cref="NormalizePixel"/>. Above 0.</summary>
    public required float PixelScale { get; init; }

    /// <summary>How they were set.</summary>
    public required ThresholdBasis Basis { get; init; }

    /// <summary>A score within 0 and 1: <c>1 / (1 + exp(-(score - Image) / Scale))</c>, which is 0.5 at the threshold and grows with the score. NaN stays NaN.</summary>
    public float Normalize(float score) => Logistic(score, Image, Scale);

    /// <summary>A value of the map within 0 and 1: <c>1 / (1 + exp(-(value - Pixel) / PixelScale))</c>, which is 0.5 at the threshold. NaN stays NaN.</summary>
    public float NormalizePixel(float value) => Logistic(value, Pixel, PixelScale);

    /// <summary>What stands in a detector that is not finished.</summary>
    internal static Thresholds Unset { get; } = new()
    {
        Image = 0,
        Uncertain = 0,
        Scale = 1,
        Pixel = 0,
        PixelScale = 1,
        Basis = new ThresholdBasis { Source = "", Pictures = 0 },
    };

    /// <summary>What a score says of its picture. One that is not a number is anomalous: it is certainly not good.</summary>
    public Verdict Judge(float score) => score < Uncertain ? Verdict.Good : score < Image ? Verdict.Uncertain : Verdict.Anomalous;

    /// <summary>The same as JSON, as in the detector file.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["image"] = Image,
            ["uncertain"] = Uncertain,
            ["scale"] = Scale,
            ["pixel"] = Pixel,
            ["pixelScale"] = PixelScale,
        };
        Basis.WriteTo(json);
        return json;
    }

    internal static Thresholds FromJson(JsonFields fields, Func<string, RetortException> damaged)
    {
        float image = (float)fields.Number("image");
        float pixel = (float)fields.Number("pixel");
        var thresholds = new Thresholds
        {
            Image = image,
            Uncertain = fields.Has("uncertain") ? (float)fields.Number("uncertain") : image,
            Scale = fields.Has("scale") ? (float)fields.Number("scale") : AssumedScale(image),
            Pixel = pixel,
            PixelScale = fields.Has("pixelScale") ? (float)fields.Number("pixelScale") : AssumedScale(pixel),
            Basis = ThresholdBasis.FromJson(fields),
        };

        bool finite = float.IsFinite(image) && float.IsFinite(thresholds.Uncertain) && float.IsFinite(pixel);
        return finite && thresholds.Uncertain <= image && thresholds.Scale is > 0 and < float.PositiveInfinity && thresholds.PixelScale is > 0 and < float.PositiveInfinity
            ? thresholds
            : throw damaged("its thresholds contradict each other");
    }

    private static float AssumedScale(float threshold) => threshold == 0 ? 1 : Math.Max(Math.Abs(threshold) / AssumedScales, float.Epsilon);

    private static float Logistic(float value, float middle, float scale) => (float)(1 / (1 + Math.Exp(-((double)value - middle) / scale)));
}
