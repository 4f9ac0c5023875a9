using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Retort.Data;
using Retort.Demo;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Metrics;
using Retort.Tests.Detectors;
using Retort.Training;

namespace Retort.Tests.Demo;

public sealed class DemoPageTests
{
    private static readonly DetectorInfo Detector = new()
    {
        Method = "m<1>",
        Options = new JsonObject(),
        Size = 256,
        Normalization = Normalization.ImageNet,
        Teacher = "resnet18",
        TeacherSha256 = "",
        Thresholds = SampleThresholds.Create(0.5f, 0.6f),
        Training = new TrainingSummary
        {
            RetortVersion = "0.1.0", Dataset = "gear", Pictures = 90, HeldBack = 10, Preset = "quick", Textures = "procedural", Rotation = "full", Seed = 0, Threads = 2,
            Phases = [], Seconds = 258, WaitingShare = 0, Warnings = [],
        },
    };

    private static readonly EvaluationResult Result = new()
    {
        Components = [new("map", new EvaluationMetrics { ImageAuroc = 0.987 })],
        Images = 4, Anomalous = 3, Seconds = 1, MillisecondsPerImage = 16.25, Threads = 2, Warnings = [],
    };

    private static readonly DemoFinding[] Findings =
    [
        new("broken_tooth", "broken_tooth/000.png", 0.9f, Verdict.Anomalous, [1, 2, 3]),
        new("broken_tooth", "broken_tooth/001.png", 0.4f, Verdict.Uncertain, [4, 5, 6]),
        new("dent", "dent/000.png", 0.8f, Verdict.Anomalous, [7, 8, 9]),
        new("good", "good/000.png", 0.2f, Verdict.Good, [9, 9, 9]),
    ];

    [Fact]
    public void The_page_tells_what_was_found_and_what_was_not()
    {
        string page = DemoPage.Create(DemoPart.Get("gear"), Detector, Result, Findings, "retort train <DIR>");
        Assert.Contains("<strong>2 of 3 defective parts found and 1 more marked as uncertain;\n0 of 1 good ones mistaken for defective and 0 marked as uncertain.</strong>", page, StringComparison.Ordinal);
        Assert.Contains("0.3750 for uncertain and 0.5000 for defective, were set on\n3 held-back pictures", page, StringComparison.Ordinal);
        Assert.Contains("From 90 of good parts", page, StringComparison.Ordinal);
        Assert.Contains("4.3 minutes on 2 threads", page, StringComparison.Ordinal);
        Assert.Contains("<th>image AUROC</th><td class=\"n\">98.7 %</td>", page, StringComparison.Ordinal);
        Assert.Contains("<th>pixel AP</th><td class=\"n\">-</td>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>broken tooth: 1 of 2 right</h3>", page, StringComparison.Ordinal);
        Assert.Contains("<figcaption class=\"wrong\">broken_tooth/001.png: uncertain, score 0.4000</figcaption>", page, StringComparison.Ordinal);
        Assert.Contains("<pre>retort train &lt;DIR&gt;</pre>", page, StringComparison.Ordinal);
        Assert.Contains("(m&lt;1&gt;)", page, StringComparison.Ordinal);

        // What went wrong comes first, good parts last.
        Assert.Equal(["BAUG", "AQID", "BwgJ", "CQkJ"], Regex.Matches(page, "base64,([^\"]*)").Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void The_page_needs_no_other_file()
    {
        string page = DemoPage.Create(DemoPart.Get("gear"), Detector, Result, Findings, "");
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">\n", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script|<link|url\\(|src=\"(?!data:)|href=|http", page);
        foreach (string tag in (string[])["html", "head", "body", "style", "table", "h1", "p", "figure", "figcaption", "pre"])
        {
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>"));
        }
    }
}
