using System.Text.Json.Nodes;
using Retort.Benchmarks;
using Retort.Tests.Training;

namespace Retort.Tests.Benchmarks;

public sealed class BenchmarkReportTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly SmallBenchmark _benchmark = new(teacher);

    // A plan that none of the rows below belongs to.
    private BenchmarkPlan Plan => BenchmarkPlan.Create(_benchmark.Settings);

    public void Dispose() => _benchmark.Dispose();

    [Fact]
    public void Mean_and_deviation_are_those_of_a_sample()
    {
        // 0.90, 0.94, 0.98: mean 0.94, squares 0.0016 + 0 + 0.0016, over n - 1 = 2: deviation 0.04.
        BenchmarkStatistic statistic = BenchmarkStatistic.Of([0.90, 0.94, 0.98])!;
        Assert.Equal(0.94, statistic.Mean, 12);
        Assert.Equal(0.04, statistic.Deviation!.Value, 12);
        Assert.Equal(new BenchmarkStatistic(0.5, null), BenchmarkStatistic.Of([0.5]));
        Assert.Null(BenchmarkStatistic.Of([]));
        Assert.Null(BenchmarkStatistic.Of([0.5, null]));
    }

    [Fact]
    public void The_table_shows_means_over_seeds_and_over_categories()
    {
        var report = new BenchmarkReport(Plan, [Row("a", 0, 0.90), Row("b", 0, 0.50), Row("a", 1, 0.94), Row("b", 1, 0.60), Row("a", 2, 0.98)]);
        IReadOnlyList<string[]> table = report.Table([BenchmarkFigure.All[0], BenchmarkFigure.All[^3], BenchmarkFigure.All[^1]]);
        Assert.Equal(["category", "method", "seeds", "image AUROC, %", "training, s", "peak MB"], table[0]);
        Assert.Equal(["a", "m x", "3", "94.0 ± 4.0", "276 ± 0", "-"], table[1]);

        // 0.50 and 0.60: mean 0.55, squares 2 * 0.0025 over 1: deviation 0.0707.
        Assert.Equal(["b", "m x", "2", "55.0 ± 7.1", "276 ± 0", "-"], table[2]);

        // Seed 0: 0.70, seed 1: 0.77; seed 2 lacks b. Mean 0.735, deviation 0.07 / sqrt 2 = 0.0495.
        Assert.Equal(["all (mean)", "m x", "2", "73.5 ± 4.9", "276 ± 0", "-"], table[3]);
        Assert.Equal(4, table.Count);
    }

    [Fact]
    public void A_variant_that_lacks_a_category_has_no_mean_of_all()
    {
        BenchmarkRow other = Row("a", 0, 0.5) with { Name = new BenchmarkRunName("n", "a", 0) };
        var report = new BenchmarkReport(Plan, [Row("a", 0, 0.9), Row("b", 0, 0.5), other]);
        Assert.Equal([("m", "a"), ("n", "a"), ("m", "b"), ("m", null)], report.Summary.Select(s => (s.Method, s.Category)));
    }

    [Fact]
    public void Of_runs_of_one_name_those_of_the_plans_options_count_else_the_latest()
    {
        BenchmarkRow[] rows = [Row("a", 0, 0.5), Row("a", 1, 0.7), Row("a", 0, 0.9) with { Options = "later" }];
        BenchmarkSummary summary = Assert.Single(new BenchmarkReport(Plan, rows).Summary);
        Assert.Equal(0.9, summary.Figures[0]!.Mean, 12);

        BenchmarkRun run = Plan.Runs[0];
        BenchmarkRow planned = Row("", 0, 0.2) with { Name = run.Name, Options = run.Options };
        summary = Assert.Single(new BenchmarkReport(Plan, [planned, planned with { Options = "later" }]).Summary);
        Assert.Equal(0.2, summary.Figures[0]!.Mean, 12);
    }

    [Fact]
    public void A_failure_after_a_success_does_not_hide_it_and_before_it_is_forgotten()
    {
        BenchmarkRow failed = Row("a", 0, 0) with { Error = "broken | pipe" };
        Assert.DoesNotContain("Failed", new BenchmarkReport(Plan, [failed, Row("a", 0, 0.5), failed]).ToMarkdown(), StringComparison.Ordinal);
        Assert.EndsWith("## Failed\n\n- m x, a, seed 0: broken | pipe\n", new BenchmarkReport(Plan, [failed]).ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_and_json_hold_all_figures()
    {
        var report = new BenchmarkReport(Plan, [Row("a|b", 0, 0.9), Row("a|b", 1, 0.8)]);
        string[] lines = report.ToMarkdown().Split('\n');
        Assert.Equal(
            "| category | method | seeds | image AUROC, % | image AP, % | image F1 max, % | pixel AUROC, % | pixel AP, % | pixel F1 max, % | AUPRO (FPR 0.3), % "
            + "| PRO per image, % | IAP, % | IAP@90, % | training, s | ms a picture | peak MB |",
            lines[2]);
        Assert.StartsWith("| --- | --- | ---: |", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("| a\\|b | m x | 2 | 85.0 ± 7.1 |", lines[4], StringComparison.Ordinal);
        Assert.EndsWith("| - | 85.0 ± 7.1 | 276 ± 0 | 16.2 ± 0.0 | - |", lines[4], StringComparison.Ordinal);

        JsonObject json = report.ToJson();
        Assert.Equal(0.85, (double)json["summary"]![0]!["mean"]!["pixel_ap"]!, 12);
        Assert.Equal(0.0707106781, (double)json["summary"]![0]!["deviation"]!["pixel_ap"]!, 9);
        Assert.Null(json["summary"]![0]!["mean"]!["iap"]);
        Assert.Equal("[0,1]", json["summary"]![0]!["seeds"]!.ToJsonString());
        Assert.Equal(("done", 0.9, 275.5), ((string)json["runs"]![0]!["outcome"]!, (double)json["runs"]![0]!["image_auroc"]!, (double)json["runs"]![0]!["training_seconds"]!));
    }

    private static BenchmarkRow Row(string category, ulong seed, double value) => BenchmarkRecordTests.Row(new BenchmarkRunName("m", category, seed, "x"), value);
}
