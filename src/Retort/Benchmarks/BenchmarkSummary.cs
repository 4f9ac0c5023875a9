namespace Retort.Benchmarks;

/// <summary>A line of the table: a method, or an ablation of it, on a category or on all, over its seeds.</summary>
/// <param name="Method">The id of the method.</param>
/// <param name="Ablation">The ablation; empty for none.</param>
/// <param name="Category">The category; null for the mean of all.</param>
/// <param name="Seeds">The seeds that are done.</param>
/// <param name="Figures">As many as, and in the order of, <see cref="BenchmarkFigure.All"/>.</param>
internal sealed record BenchmarkSummary(string Method, string Ablation, string? Category, IReadOnlyList<ulong> Seeds, IReadOnlyList<BenchmarkStatistic?> Figures)
{
    /// <summary>
    /// Sums a record up, category by category in the order they came. Of runs with several options those of the plan count, and outside of the plan
    /// those of the latest run. After several categories come the means of all: first over the categories of a seed, then over the seeds for which every
    /// category is done.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="rows">The record, older rows first.</param>
    public static IReadOnlyList<BenchmarkSummary> Of(BenchmarkPlan plan, IReadOnlyList<BenchmarkRow> rows)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(rows);
        BenchmarkRow[] valid = [.. Latest(plan, rows).Where(r => r.IsDone)];
        string[] categories = [.. valid.Select(r => r.Name.Category).Distinct()];
        (string Method, string Ablation)[] variants = [.. valid.Select(r => (r.Name.Method, r.Name.Ablation)).Distinct()];
        var summary = new List<BenchmarkSummary>();
        foreach (string category in categories)
        {
            foreach ((string method, string ablation) in variants)
            {
                BenchmarkRow[] runs = [.. valid.Where(r => r.Name.Method == method && r.Name.Ablation == ablation && r.Name.Category == category).OrderBy(r => r.Name.Seed)];
                if (runs.Length > 0)
                {
                    BenchmarkStatistic?[] figures = [.. BenchmarkFigure.All.Select(f => BenchmarkStatistic.Of([.. runs.Select(f.Of)]))];
                    summary.Add(new BenchmarkSummary(method, ablation, category, [.. runs.Select(r => r.Name.Seed)], figures));
                }
            }
        }

        if (categories.Length > 1)
        {
            summary.AddRange(variants.Select(v => OfAll(v.Method, v.Ablation, valid, categories.Length)).Where(s => s.Seeds.Count > 0));
        }

        return summary;
    }

    /// <summary>The rows that count: the latest of each run, done ones before failed ones.</summary>
    internal static IReadOnlyList<BenchmarkRow> Latest(BenchmarkPlan plan, IReadOnlyList<BenchmarkRow> rows)
    {
        var options = new Dictionary<(string, string, string), string>();
        foreach ((BenchmarkRunName name, string value) in rows.Select(r => (r.Name, r.Options)).Concat(plan.Runs.Select(r => (r.Name, r.Options))))
        {
            options[(name.Method, name.Ablation, name.Category)] = value;
        }

        return
        [
            .. rows.Where(r => options[(r.Name.Method, r.Name.Ablation, r.Name.Category)] == r.Options)
                .GroupBy(r => r.Name)
                .Select(g => g.LastOrDefault(r => r.IsDone) ?? g.Last()),
        ];
    }

    private static BenchmarkSummary OfAll(string method, string ablation, BenchmarkRow[] valid, int categories)
    {
        BenchmarkRow[][] seeds =
        [
            .. valid.Where(r => r.Name.Method == method && r.Name.Ablation == ablation)
                .GroupBy(r => r.Name.Seed)
                .Where(g => g.Count() == categories)
                .OrderBy(g => g.Key)
                .Select(g => g.ToArray()),
        ];
        return new BenchmarkSummary(
            method,
            ablation,
            null,
            [.. seeds.Select(s => s[0].Name.Seed)],
            [.. BenchmarkFigure.All.Select(f => BenchmarkStatistic.Of([.. seeds.Select(rows => BenchmarkStatistic.Of([.. rows.Select(f.Of)])?.Mean)]))]);
    }
}
