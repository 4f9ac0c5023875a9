using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Retort.Corruption;
using Retort.Data;
using Retort.Methods;
using Retort.Networks.Weights;
using Retort.Teachers;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>
/// The runs of a benchmark in their order: all variants and categories with the first seed, then with the next, so that there is a whole table
/// early.
/// </summary>
internal sealed class BenchmarkPlan
{
    private const int OptionsDigits = 12;

    private BenchmarkPlan(IReadOnlyList<BenchmarkRun> runs, IReadOnlyList<string> warnings)
    {
        Runs = runs;
        Warnings = warnings;
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<BenchmarkRun> Runs { get; }

    /// <summary>What looks like a mistake in the datasets but does no harm.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens the datasets and works out the runs. What can be found wrong before the first of them is found here.</summary>
    /// <exception cref="RetortException">
    /// A dataset cannot be opened or lacks pictures, two have the same name, a seed is given twice, a variant's options do not fit, a teacher or the textures are missing.
    /// </exception>
    /// <exception cref="WeightFileException">A teacher's file cannot be read.</exception>
    public static BenchmarkPlan Create(BenchmarkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        AnomalyDataset[] datasets = [.. settings.Data.Select(Open)];
        RequireDistinct(datasets, settings);
        var teachers = new Dictionary<TeacherSource, string>();
        var runs = new List<BenchmarkRun>();
        foreach (AnomalyDataset dataset in datasets)
        {
            foreach (BenchmarkVariant variant in settings.Variants)
            {
                Rotation rotation = settings.Rotations.GetValueOrDefault(dataset.Name, variant.Settings.Rotation);
                TrainingSettings training = variant.Settings with { Rotation = rotation };
                string options = Hash(training, dataset, teachers);
                runs.AddRange(settings.Seeds.Select(seed => new BenchmarkRun(
                    new BenchmarkRunName(training.Method, dataset.Name, seed, variant.Ablation), dataset, training with { Seed = seed }, options)));
            }
        }

        // A stable sort: within a seed the order stays.
        int[] places = [.. runs.Select(r => settings.Seeds.Index().First(s => s.Item == r.Name.Seed).Index)];
        return new BenchmarkPlan(
            [.. runs.Index().OrderBy(r => places[r.Index]).Select(r => r.Item)],
            [.. datasets.SelectMany(d => d.Warnings)]);
    }

    private static AnomalyDataset Open(string path)
    {
        AnomalyDataset dataset = AnomalyDataset.Open(path);
        dataset.RequireTrain();
        dataset.RequireTest();
        return dataset;
    }

    private static void RequireDistinct(AnomalyDataset[] datasets, BenchmarkSettings settings)
    {
        // As file systems may: detectors are called after categories.
        if (datasets.GroupBy(d => d.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new RetortException($"--data: two folders are called {same.Key} ({string.Join(", ", same.Select(d => d.Root))}); categories are called after their folders, so rename one.");
        }

        if (datasets.FirstOrDefault(d => d.Name.Any(char.IsControl) || d.Name.ReplaceLineEndings("") != d.Name) is { } broken)
        {
            throw new RetortException($"--data {broken.Root}: there is a line break or another sign without a shape in its name, after which the category is called; rename the folder.");
        }

        if (settings.Seeds.GroupBy(s => s).FirstOrDefault(g => g.Count() > 1) is { } seed)
        {
            throw new RetortException($"--seeds: {seed.Key} is given twice; give each seed once.");
        }

        if (settings.Rotations.Keys.FirstOrDefault(c => datasets.All(d => d.Name != c)) is { } unknown)
        {
            throw new RetortException($"--rotate {unknown}: there is no such category among --data; give one of {string.Join(", ", datasets.Select(d => d.Name))}.");
        }
    }

    private static string Hash(TrainingSettings settings, AnomalyDataset dataset, Dictionary<TeacherSource, string> teachers)
    {
        MethodOptions options = settings.CreateOptions();
        TeacherSource teacher = TrainerTeacher.Find(settings, options);
        if (!teachers.TryGetValue(teacher, out string? sha256))
        {
            sha256 = teacher.Load().Sha256;
            teachers.Add(teacher, sha256);
        }

        JsonObject values = CheckpointFingerprint.Create(settings, options, dataset, sha256).ToJson();
        values.Remove("--seed");
        values["test"] = CheckpointFingerprint.HashOfFiles(dataset.Root, [.. dataset.Test.Select(t => t.Path), .. dataset.Test.Select(t => t.MaskPath).OfType<string>()]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(values.ToJsonString())))[..OptionsDigits];
    }
}
