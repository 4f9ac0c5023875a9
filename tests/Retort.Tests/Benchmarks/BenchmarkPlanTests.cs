using Retort.Benchmarks;
using Retort.Corruption;
using Retort.Tests.Training;

namespace Retort.Tests.Benchmarks;

public sealed class BenchmarkPlanTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly SmallBenchmark _benchmark = new(teacher);

    public void Dispose() => _benchmark.Dispose();

    [Fact]
    public void Runs_of_the_first_seed_come_first_and_categories_may_be_turned_each_in_its_way()
    {
        BenchmarkPlan plan = BenchmarkPlan.Create(_benchmark.BothCategories with
        {
            Seeds = [7, 5],
            Variants = [new(_benchmark.Training with { Rotation = Rotation.Slight }), new(_benchmark.Training with { Steps = [1, 1] }, "short")],
            Rotations = new Dictionary<string, Rotation> { ["discs"] = Rotation.Full },
        });
        Assert.Equal([7, 7, 7, 7, 5, 5, 5, 5], plan.Runs.Select(r => (int)r.Settings.Seed));
        Assert.Equal(["discs", "discs", "other, discs", "other, discs"], plan.Runs.Take(4).Select(r => r.Name.Category));
        Assert.Equal(["", "short", "", "short"], plan.Runs.Take(4).Select(r => r.Name.Ablation));
        Assert.Equal([Rotation.Full, Rotation.Full, Rotation.Slight, Rotation.None], plan.Runs.Take(4).Select(r => r.Settings.Rotation));

        // A seed is no option: the seeds of a variant and category belong together, everything else is apart.
        Assert.Equal(4, plan.Runs.Select(r => r.Options).Distinct().Count());
        Assert.All(plan.Runs.GroupBy(r => (r.Name.Category, r.Name.Ablation)), g => Assert.Single(g.Select(r => r.Options).Distinct()));
        Assert.All(plan.Runs, r => Assert.Matches("^[0-9a-f]{12}$", r.Options));
    }

    [Fact]
    public void What_does_not_fit_is_told_before_the_first_run()
    {
        AssertFails("--seeds: 1 is given twice", _benchmark.Settings with { Seeds = [1, 0, 1] });
        AssertFails("--data: two folders are called discs (", _benchmark.Settings with { Data = [.. _benchmark.Settings.Data, .. _benchmark.Settings.Data] });
        AssertFails("--rotate cable: there is no such category", _benchmark.Settings with { Rotations = new Dictionary<string, Rotation> { ["cable"] = Rotation.Full } });
        AssertFails("nowhere: there is no such folder", _benchmark.Settings with { Data = ["nowhere"] });
        using var folder = new TemporaryFolder();
        string twoLines = SyntheticParts.Write(Path.Combine(folder.Path, "two\nlines"));
        AssertFails($"--data {twoLines}: there is a line break", _benchmark.Settings with { Data = [twoLines] });
        AssertFails("--teacher nobody: there is no such file", _benchmark.Settings with { Variants = [new(_benchmark.Training with { Teacher = "nobody" })] });
        AssertFails("nowhere: there is no such folder", _benchmark.Settings with { Variants = [new(_benchmark.Training with { Textures = "nowhere" })] });
        AssertFails("--steps 1: pixel-statistics has 2 phases", _benchmark.Settings with { Variants = [new(_benchmark.Training with { Steps = [1] })] });
        Directory.Delete(Path.Combine(_benchmark.Settings.Data[0], "test"), recursive: true);
        AssertFails($"{Path.Combine(_benchmark.Settings.Data[0], "test")}: there are no test pictures", _benchmark.Settings);
    }

    private static void AssertFails(string start, BenchmarkSettings settings) =>
        Assert.StartsWith(start, Assert.Throws<RetortException>(() => BenchmarkPlan.Create(settings)).Message, StringComparison.Ordinal);
}
