using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Retort.Metrics;
using Retort.Reports;
using Retort.Tests.Detectors;

namespace Retort.Tests.Reports;

public sealed class ReportPageTests
{
    private static readonly ReportContent Content = SampleReport.Create(20);

    private static readonly string Page = Write(Content);

    private static JsonNode Data => JsonNode.Parse(Elements("script type=\"application/json\" id=\"data\"", "script").Single())!;

    [Fact]
    public void The_figures_are_those_of_the_evaluation()
    {
        JsonObject expected = Content.Result.ToJson();
        var rows = (JsonArray)Data["metrics"]!["rows"]!;
        Assert.Equal(Metric.All.Select(m => m.Key), rows.Select(r => (string)r!["key"]!));
        foreach (JsonNode? row in rows)
        {
            string key = (string)row!["key"]!;
            Assert.Equal((double?)expected[key], (double?)row["values"]![0]);
            Assert.Equal((double?)expected["components"]!["brightness"]![key], (double?)row["values"]![1]);
        }
    }

    [Fact]
    public void Each_picture_has_its_score_to_the_last_bit_and_its_files()
    {
        var pictures = (JsonArray)Data["pictures"]!;
        Assert.Equal(Content.Pictures.Select(p => p.Score), pictures.Select(p => (float)p!["score"]!));
        Assert.Equal(Content.Pictures.Select(p => p.Test.RelativePath), pictures.Select(p => (string)p!["path"]!));
        Assert.Equal(Content.Pictures.Select(p => p.Test.IsAnomalous), pictures.Select(p => (bool)p!["defective"]!));
        for (int i = 0; i < Content.Pictures.Count; i++)
        {
            string[] lines = Elements($"script type=\"text/plain\" id=\"picture-{i}\"", "script").Single().Split('\n');
            Assert.Equal([Content.Pictures[i].Jpeg, Content.Pictures[i].Map, Content.Pictures[i].Mask ?? []], lines.Select(Convert.FromBase64String));
        }
    }

    [Fact]
    public void Curves_are_those_of_the_evaluation()
    {
        JsonNode roc = Data["curves"]!["imageRoc"]!;
        Assert.Equal(Content.Result.Curves.ImageRoc.X.Select(x => Math.Round(x, 5)), ((JsonArray)roc[0]!).Select(x => (double)x!));
        Assert.Equal(Content.Result.Curves.ImageRoc.Y.Select(y => Math.Round(y, 5)), ((JsonArray)roc[1]!).Select(y => (double)y!));
        Assert.Equal(RegionOverlapCurve.FalsePositiveLimit, (double)Data["curves"]!["falsePositiveLimit"]!);
    }

    [Fact]
    public void A_report_starts_from_both_thresholds_of_the_detector() =>
        Assert.Equal(new ReportThresholds(1.5f, 2f), ReportThresholds.Of(SampleThresholds.Create(2f, 1f)));

    [Fact]
    public void Thresholds_and_what_is_known_of_the_detector_are_told()
    {
        Assert.Equal(SampleReport.Threshold, (float)Data["thresholds"]!["defective"]!);
        Assert.Equal(SampleReport.Threshold, (float)Data["thresholds"]!["uncertain"]!);
        Assert.Equal("2026-03-04 15:06", (string)Data["made"]!);
        Assert.Equal(["One <mask> is missing.", "Beware of \"quotes\", ü and 漢."], ((JsonArray)Data["warnings"]!).Select(w => (string)w!));
        Dictionary<string, string> details = ((JsonArray)Data["details"]!).ToDictionary(d => (string)d![0]!, d => (string)d![1]!);
        Assert.Equal("Pixel statistics (pixel-statistics)", details["Method"]);
        Assert.Equal("preset quick, 8 + 9 steps, seed 18446744073709551615, 0.2 minutes on 2 threads", details["Training"]);
        Assert.Equal("3 held-back pictures", details["Thresholds set on"]);
        Assert.Equal("16.5 ms in the model on 2 threads", details["Time of an inspection"]);
    }

    [Fact]
    public void The_page_names_no_other_place()
    {
        // Addresses of the library's project, in its comment, are no places to fetch from.
        string own = Page.Replace("https://github.com/leeoniya/uPlot", "", StringComparison.Ordinal);
        Assert.DoesNotMatch("https?:|//[a-z]+\\.|url\\(|@import|src=\"|<iframe", own);
        Assert.All(Regex.Matches(own, "href=\"([^\"]*)\"").Select(m => m.Groups[1].Value), to => Assert.Matches("^(#|data:,)", to));
    }

    [Fact]
    public void The_policy_lets_only_the_scripts_and_styles_of_the_page_run()
    {
        string policy = Regex.Match(Page, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;
        Assert.StartsWith("default-src 'none'; img-src data:; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        string[] allowed = [.. Regex.Matches(policy, "'sha256-([^']*)'").Select(m => m.Groups[1].Value)];
        string[] inside = [.. Elements("style", "style"), .. Elements("script", "script")];
        Assert.Equal(allowed, inside.Select(text => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))));
        Assert.Equal(3, inside.Length);
    }

    [Fact]
    public void No_name_becomes_markup()
    {
        Assert.Contains("<title>parts &amp; &lt;pieces&gt; - Retort report</title>", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", Page, StringComparison.Ordinal);
        Assert.Equal(3 + Content.Pictures.Count, Regex.Count(Page, "</script>"));
    }

    [Fact]
    public void The_licence_of_the_chart_library_is_kept()
    {
        Assert.Contains("The MIT License (MIT)\n\nCopyright (c) 2022 Leon Sorokin", Page, StringComparison.Ordinal);
        Assert.Contains("The above copyright notice and this permission notice shall be included", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes() => Assert.Equal(Page, Write(SampleReport.Create(20)));

    private static string Write(ReportContent content)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(stream, content);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string[] Elements(string opening, string name) =>
        [.. Regex.Matches(Page, $"<{Regex.Escape(opening)}>(.*?)</{name}>", RegexOptions.Singleline).Select(m => m.Groups[1].Value)];
}
