using System.Globalization;

namespace Retort.Benchmarks;

/// <summary>What names a run of a benchmark, and a row of its record.</summary>
/// <param name="Method">The id of the method.</param>
/// <param name="Category">The name of the dataset.</param>
/// <param name="Seed">The seed of all random draws.</param>
/// <param name="Ablation">The name of what was changed of the method; empty for the method as it is.</param>
internal sealed record BenchmarkRunName(string Method, string Category, ulong Seed, string Ablation = "")
{
    /// <summary>The method with its ablation, for people: <c>destseg</c> or <c>destseg no-seg</c>.</summary>
    public string Variant => Ablation.Length == 0 ? Method : $"{Method} {Ablation}";

    /// <summary>The beginning of the names of this run's files. No two runs of a benchmark have the same: methods and ablations have no dots in their names.</summary>
    internal string FileStem => string.Create(CultureInfo.InvariantCulture, $"{Method}.{(Ablation.Length == 0 ? "base" : Ablation)}.{Category}.seed{Seed}");

    /// <summary>For people: <c>destseg no-seg, bottle, seed 0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Variant}, {Category}, seed {Seed}");
}
