using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>What a record says: <c>results.md</c> and <c>results.json</c>.</summary>
internal sealed class BenchmarkReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<BenchmarkRow> _rows;

    internal BenchmarkReport(BenchmarkPlan plan, IReadOnlyList<BenchmarkRow> rows)
    {
        _rows = BenchmarkSummary.Latest(plan, rows);
        Summary = BenchmarkSummary.Of(plan, rows);
        HashSet<BenchmarkRunName> asked = [.. plan.Runs.Select(r => r.Name)];
        Failed = [.. _rows.Where(r => !r.IsDone && asked.Contains(r.Name))];
    }

    /// <summary>The lines of the table.</summary>
    public IReadOnlyList<BenchmarkSummary> Summary { get; }

    /// <summary>The runs of the plan that failed.</summary>
    public IReadOnlyList<BenchmarkRow> Failed { get; }

    /// <summary>The table as text.</summary>
    /// <param name="figures">Which figures to show.</param>
    /// <returns>The headings, then a row for each line of the summary.</returns>
    public IReadOnlyList<string[]> Table(IReadOnlyList<BenchmarkFigure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        int[] places = [.. figures.Select(f => BenchmarkFigure.All.Index().First(a => a.Item == f).Index)];
        return
        [
            ["category", "method", "seeds", .. figures.Select(f => f.Title)],
            .. Summary.Select(s => (string[])
            [
                s.Category ?? "all (mean)",
                s.Ablation.Length == 0 ? s.Method : $"{s.Method} {s.Ablation}",
                s.Seeds.Count.ToString(CultureInfo.InvariantCulture),
                .. figures.Select((f, i) => f.Show(s.Figures[places[i]])),
            ]),
        ];
    }

    /// <summary>For other programs: the lines of the table with their means and deviations, and the runs.</summary>
    public JsonObject ToJson() => new()
    {
        ["retort"] = TrainingSummary.CurrentVersion,
        ["summary"] = new JsonArray([.. Summary.Select(s => new JsonObject
        {
            ["method"] = s.Method,
            ["ablation"] = s.Ablation,
            ["category"] = s.Category,
            ["seeds"] = new JsonArray([.. s.Seeds.Select(seed => JsonValue.Create(seed))]),
            ["mean"] = Figures(s, statistic => statistic.Mean),
            ["deviation"] = Figures(s, statistic => statistic.Deviation),
        })]),
        ["runs"] = new JsonArray([.. _rows.Select(BenchmarkRowFormat.ToJson)]),
    };

    /// <summary>The table in Markdown, and what failed.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("# Benchmark\n\n");
        IReadOnlyList<string[]> table = Table(BenchmarkFigure.All);
        AppendRow(text, table[0]);
        AppendRow(text, [.. table[0].Select((_, column) => column < 2 ? "---" : "---:")]);
        foreach (string[] row in table.Skip(1))
        {
            AppendRow(text, row);
        }

        string threads = string.Join(", ", _rows.Select(r => r.Threads).Distinct().Order());
        string versions = string.Join(", ", _rows.Select(r => r.RetortVersion).Distinct().Order(StringComparer.Ordinal));
        text.Append($"""

            Mean over the seeds ± standard deviation (of a sample: n - 1). The time of a picture is that in the model, from pixels at input size to map and
            score; memory is the largest resident set of the process during the run. Threads: {threads}. Retort {versions}.
            Every run with its options is a line of results.csv.

            """.ReplaceLineEndings("\n"));
        BenchmarkRow[] failed = [.. _rows.Where(r => !r.IsDone)];
        if (failed.Length > 0)
        {
            text.Append("\n## Failed\n\n");
            text.AppendJoin("", failed.Select(r => $"- {r.Name}: {r.Error}\n"));
        }

        return text.ToString();
    }

    internal void Write(string folder)
    {
        Write(Path.Combine(folder, "results.md"), ToMarkdown());
        Write(Path.Combine(folder, "results.json"), ToJson().ToJsonString(Indented) + "\n");
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    private static void AppendRow(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static JsonObject Figures(BenchmarkSummary summary, Func<BenchmarkStatistic, double?> of) =>
        new(BenchmarkFigure.All.Zip(summary.Figures).Select(f => KeyValuePair.Create(f.First.Key, f.Second is null ? null : (JsonNode?)of(f.Second))));
}
