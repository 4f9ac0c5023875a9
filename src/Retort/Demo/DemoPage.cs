using System.Globalization;
using System.Net;
using System.Text;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Findings;
using Retort.Metrics;
using Retort.Training;

namespace Retort.Demo;

/// <summary>A picture on the page of a demo.</summary>
/// <param name="Kind">Its kind: <c>good</c>, or a defect.</param>
/// <param name="Name">Its name.</param>
/// <param name="Score">Its score.</param>
/// <param name="Verdict">What the detector says.</param>
/// <param name="Jpeg">The picture, its heat map and the outline of what was found, as a JPEG file.</param>
internal sealed record DemoFinding(string Kind, string Name, float Score, Verdict Verdict, byte[] Jpeg);

/// <summary>The results of a demo as one HTML file that needs no other: no script, no style sheet, pictures as data.</summary>
internal static class DemoPage
{
    private const string Good = "good";

    /// <summary>Pictures of a kind that are shown.</summary>
    private const int Shown = 4;

    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2126; background: #fff; }
        table { border-collapse: collapse; } td, th { padding: .15rem 1.2rem .15rem 0; text-align: left; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
        figure { margin: 0 0 1rem; } img { max-width: 100%; display: block; } figcaption { font-size: .9rem; color: #4a545e; }
        .wrong { color: #b3261e; font-weight: 600; } pre { background: #f1f3f5; padding: .8rem; overflow-x: auto; }
        """;

    /// <summary>Makes the page.</summary>
    /// <param name="part">What the pictures show.</param>
    /// <param name="detector">The detector that was trained.</param>
    /// <param name="result">How it did.</param>
    /// <param name="findings">All test pictures.</param>
    /// <param name="next">Commands to try next.</param>
    public static string Create(DemoPart part, DetectorInfo detector, EvaluationResult result, IReadOnlyList<DemoFinding> findings, string next)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(findings);
        TrainingSummary training = detector.Training;
        DemoFinding[] defective = [.. findings.Where(f => f.Kind != Good)], good = [.. findings.Where(f => f.Kind == Good)];
        var page = new StringBuilder();
        page.Append($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Retort demo: {Text(part.Title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>Retort demo: {Text(part.Title)}</h1>
            <p>The pictures were drawn by the program. From {training.Pictures} of good parts, and nothing else, a detector ({Text(detector.Method)}) was trained in
            {Number(training.Seconds / 60, 1)} minutes on {training.Threads} {(training.Threads == 1 ? "thread" : "threads")}. It has never seen a defect.</p>
            <p><strong>{Count(defective, Verdict.Anomalous)} of {defective.Length} defective parts found and {Count(defective, Verdict.Uncertain)} more marked as uncertain;
            {Count(good, Verdict.Anomalous)} of {good.Length} good ones mistaken for defective and {Count(good, Verdict.Uncertain)} marked as uncertain.</strong>
            The thresholds of the score, {Number(detector.Thresholds.Uncertain, 4)} for uncertain and {Number(detector.Thresholds.Image, 4)} for defective, were set on
            {detector.Thresholds.Basis.Pictures} {Text(detector.Thresholds.Basis.Source)} pictures.</p>
            <h2>Figures</h2>
            <table>

            """);
        foreach (Metric metric in Metric.All)
        {
            page.Append($"<tr><th>{Text(metric.Title)}</th><td class=\"n\">{(metric.Of(result.Deciding) is { } value ? Number(100 * value, 1) + " %" : "-")}</td></tr>\n");
        }

        page.Append($"<tr><th>time of a picture in the model</th><td class=\"n\">{Number(result.MillisecondsPerImage, 1)} ms</td></tr>\n</table>\n");
        page.Append("<h2>Pictures</h2>\n<p>The picture; where it departs from good ones, on one scale for all pictures; the outline of what is over the threshold.</p>\n");
        foreach (IGrouping<string, DemoFinding> kind in findings.GroupBy(f => f.Kind).OrderBy(g => g.Key == Good ? 1 : 0))
        {
            AppendKind(page, kind.Key, [.. kind]);
        }

        page.Append($"<h2>With pictures of your own</h2>\n<pre>{Text(next)}</pre>\n</body>\n</html>\n");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendKind(StringBuilder page, string kind, DemoFinding[] findings)
    {
        Verdict right = kind == Good ? Verdict.Good : Verdict.Anomalous;
        page.Append($"<h3>{Text(kind.Replace('_', ' '))}: {findings.Count(f => f.Verdict == right)} of {findings.Length} right</h3>\n");

        // Those that went wrong first: they teach more.
        foreach (DemoFinding finding in findings.OrderBy(f => f.Verdict == right).Take(Shown))
        {
            page.Append($"""
                <figure><img alt="{Text(finding.Name)}" src="data:image/jpeg;base64,{Convert.ToBase64String(finding.Jpeg)}">
                <figcaption{(finding.Verdict == right ? "" : " class=\"wrong\"")}>{Text(finding.Name)}: {FindingsJson.Word(finding.Verdict)}, score {Number(finding.Score, 4)}</figcaption></figure>

                """);
        }
    }

    private static int Count(DemoFinding[] findings, Verdict verdict) => findings.Count(f => f.Verdict == verdict);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value, int decimals) => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
