using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Methods;
using Retort.Metrics;
using Retort.Training;

namespace Retort.Reports;

/// <summary>What the scripts of a report's page work with, but for the pictures: figures, curves and a line a picture.</summary>
internal static class ReportData
{
    /// <summary>Decimals of the points of a curve: more than a screen shows.</summary>
    private const int Decimals = 5;

    /// <summary>Makes it.</summary>
    public static JsonObject Create(ReportContent content)
    {
        DetectorInfo detector = content.Detector;
        var thresholds = ReportThresholds.Of(detector.Thresholds);
        return new JsonObject
        {
            ["title"] = content.Title,
            ["introduction"] = content.Introduction,
            ["next"] = content.Next,
            ["made"] = content.Made?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            ["method"] = MethodCatalog.Get(detector.Method).Title,
            ["thresholds"] = new JsonObject { ["uncertain"] = thresholds.Uncertain, ["defective"] = thresholds.Defective },
            ["metrics"] = Metrics(content.Result),
            ["curves"] = Curves(content.Result.Curves),
            ["milliseconds"] = Math.Round(content.Result.MillisecondsPerImage, 3),
            ["details"] = Details(content),
            ["warnings"] = Texts([.. content.Result.Warnings, .. detector.Training.Warnings]),
            ["mapThreshold"] = MapLevels.Threshold,
            ["mapColors"] = Colors(),
            ["pictures"] = new JsonArray([.. content.Pictures.Select(Picture)]),
        };
    }

    private static JsonObject Metrics(EvaluationResult result) => new()
    {
        ["maps"] = Texts(result.Components.Select(c => c.Key)),
        ["rows"] = new JsonArray([.. Metric.All.Select(m => new JsonObject
        {
            ["key"] = m.Key,
            ["title"] = m.Title,
            ["values"] = new JsonArray([.. result.Components.Select(c => JsonValue.Create(m.Of(c.Value)))]),
        })]),
    };

    private static JsonObject Curves(EvaluationCurves curves) => new()
    {
        ["imageRoc"] = Points(curves.ImageRoc),
        ["imagePrecisionRecall"] = Points(curves.ImagePrecisionRecall),
        ["pixelRoc"] = Points(curves.PixelRoc),
        ["pixelPrecisionRecall"] = Points(curves.PixelPrecisionRecall),
        ["regionOverlap"] = Points(curves.RegionOverlap),
        ["falsePositiveLimit"] = RegionOverlapCurve.FalsePositiveLimit,
    };

    private static JsonArray Points(Curve curve) => new(Rounded(curve.X), Rounded(curve.Y));

    private static JsonArray Rounded(IEnumerable<double> values) => new([.. values.Select(v => JsonValue.Create(Math.Round(v, Decimals)))]);

    private static JsonArray Details(ReportContent content)
    {
        DetectorInfo detector = content.Detector;
        TrainingSummary training = detector.Training;
        (string, string)[] details =
        [
            ("Method", $"{MethodCatalog.Get(detector.Method).Title} ({detector.Method})"),
            ("Teacher", detector.Teacher),
            ("Input", $"{detector.Size} x {detector.Size} pixels"),
            ("Learned from", $"{training.Pictures} good pictures of {training.Dataset}"),
            ("Training", $"preset {training.Preset}, {string.Join(" + ", training.Phases.Select(p => p.Steps))} steps, seed {training.Seed}, {Number(training.Seconds / 60)} minutes on {training.Threads} {(training.Threads == 1 ? "thread" : "threads")}"),
            ("Thresholds set on", $"{detector.Thresholds.Basis.Pictures} {detector.Thresholds.Basis.Source} pictures"),
            ("Time of an inspection", $"{Number(content.Result.MillisecondsPerImage)} ms in the model on {content.Result.Threads} {(content.Result.Threads == 1 ? "thread" : "threads")}"),
            ("Trained by", $"Retort {training.RetortVersion}"),
        ];
        return new JsonArray([.. details.Select(d => Texts([d.Item1, d.Item2]))]);
    }

    private static JsonObject Picture(ReportPicture picture) => new()
    {
        ["path"] = picture.Test.RelativePath,
        ["kind"] = picture.Test.Defect,
        ["defective"] = picture.Test.IsAnomalous,
        ["masked"] = picture.Mask is not null,
        ["score"] = picture.Score,
        ["width"] = picture.Width,
        ["height"] = picture.Height,
    };

    /// <summary>The colours of the 256 levels of a map, each as six hexadecimal digits.</summary>
    private static string Colors() => string.Concat(Enumerable.Range(0, 256).Select(level =>
    {
        (byte r, byte g, byte b) = HeatMap.Color(level / 255f);
        return $"{r:x2}{g:x2}{b:x2}";
    }));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
