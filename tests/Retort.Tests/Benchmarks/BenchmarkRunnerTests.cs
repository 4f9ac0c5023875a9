using Retort.Benchmarks;
using Retort.Detectors;
using Retort.Metrics;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Benchmarks;

public sealed class BenchmarkRunnerTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly SmallBenchmark _benchmark = new(teacher);

    public void Dispose() => _benchmark.Dispose();

    [Fact]
    public void Every_method_category_and_seed_has_a_row_and_detectors_go()
    {
        var log = new BenchmarkLog();
        BenchmarkReport report = _benchmark.Run(_benchmark.BothCategories with { Seeds = [3, 1] }, log);
        Assert.Equal(
            ["1/4 pixel-statistics, discs, seed 3", "2/4 pixel-statistics, other, discs, seed 3", "3/4 pixel-statistics, discs, seed 1", "4/4 pixel-statistics, other, discs, seed 1"],
            log.Begun);
        Assert.Equal(4 * 16, log.Steps);
        Assert.Empty(report.Failed);
        BenchmarkRow row = log.Rows[0];
        Assert.Equal((true, 4, 1, TrainingSummary.CurrentVersion), (row.IsDone, row.Images, row.Threads, row.RetortVersion));
        Assert.Equal(1, row.Metrics[Metric.All.Index().Single(m => m.Item.Key == "image_auroc").Index]);
        Assert.All(row.Metrics, m => Assert.InRange(m!.Value, 0.0, 1.0));
        Assert.True(row.PeakMegabytes > 20);
        Assert.Equal(["results.csv", "results.json", "results.md"], Directory.GetFiles(_benchmark.Out).Select(f => Path.GetFileName(f)).Order());
        Assert.Empty(Directory.GetFiles(Path.Combine(_benchmark.Out, "models")));
    }

    [Fact]
    public void Detectors_that_are_kept_are_called_after_their_runs()
    {
        _benchmark.Run(_benchmark.Settings with { Variants = [new(_benchmark.Training), new(_benchmark.Training with { MethodOptions = [new("rate", "0.5")] }, "fast")] }, keepModels: true);
        string models = Path.Combine(_benchmark.Out, "models");
        Assert.Equal(
            ["pixel-statistics.base.discs.seed0.retort", "pixel-statistics.fast.discs.seed0.retort"],
            Directory.GetFiles(models).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal("0.5", (string)DetectorFile.ReadInfo(Path.Combine(models, "pixel-statistics.fast.discs.seed0.retort")).Options["rate"]!);
    }

    [Fact]
    public void What_is_done_is_skipped_and_what_is_new_is_added()
    {
        _benchmark.Run(_benchmark.Settings);
        string before = File.ReadAllText(_benchmark.Record);
        var log = new BenchmarkLog();
        _benchmark.Run(_benchmark.Settings, log);
        Assert.Empty(log.Begun);
        Assert.Equal(before, File.ReadAllText(_benchmark.Record));

        _benchmark.Run(_benchmark.BothCategories with { Seeds = [0, 1] }, log);
        Assert.Equal(["2/4 pixel-statistics, other, discs, seed 0", "3/4 pixel-statistics, discs, seed 1", "4/4 pixel-statistics, other, discs, seed 1"], log.Begun);
        Assert.StartsWith(before, File.ReadAllText(_benchmark.Record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(23)]
    public void Cancelled_it_keeps_what_is_done_and_goes_on_to_the_same_results(int stopAfter)
    {
        BenchmarkSettings settings = _benchmark.Settings with { Seeds = [0, 1] };
        BenchmarkReport whole = _benchmark.Run(settings, folder: _benchmark.Out + " whole");
        using var stop = new CancellationTokenSource();
        var stopped = new BenchmarkLog { OnStep = steps => { if (steps == stopAfter) { stop.Cancel(); } } };
        var cancelled = Assert.Throws<OperationCanceledException>(() => _benchmark.Run(settings, stopped, cancellation: stop.Token));
        int done = stopAfter > 16 ? 1 : 0;
        Assert.Equal($"stopped with {done} of 2 runs done; the same command goes on from there.", cancelled.Message);
        Assert.Equal((stopAfter, done), (stopped.Steps, stopped.Rows.Count));

        var resumed = new BenchmarkLog();
        BenchmarkReport report = _benchmark.Run(settings, resumed);
        Assert.Equal(32 - stopAfter, resumed.Steps);
        AssertSameMetrics(whole, report);
    }

    [Fact]
    public void Killed_it_goes_on_from_the_last_checkpoint_to_the_same_results()
    {
        BenchmarkSettings settings = _benchmark.Settings with { Seeds = [0, 1], Variants = [new(_benchmark.Training with { CheckpointEvery = TimeSpan.Zero })] };

        // The files as they lie in the middle of the second training are those that a kill would leave.
        string killed = _benchmark.Out + " killed";
        BenchmarkReport whole = _benchmark.Run(settings, new BenchmarkLog { OnStep = steps => { if (steps == 27) { Copy(_benchmark.Out, killed); } } });
        var resumed = new BenchmarkLog();
        BenchmarkReport report = _benchmark.Run(settings, resumed, folder: killed);
        Assert.Equal(["2/2 pixel-statistics, discs, seed 1"], resumed.Begun);
        Assert.Equal(6, resumed.Steps);
        AssertSameMetrics(whole, report);
    }

    [Fact]
    public void A_detector_that_was_not_evaluated_yet_is_not_trained_again()
    {
        BenchmarkRun run = BenchmarkPlan.Create(_benchmark.Settings).Runs[0];
        string path = Path.Combine(_benchmark.Out, "models", $"{run.Name.FileStem}.{run.Options}.retort");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SmallBenchmark.Train(run, path);
        var log = new BenchmarkLog();
        _benchmark.Run(_benchmark.Settings, log);
        Assert.Equal(0, log.Steps);

        // The memory of its training was another process's.
        Assert.Equal((true, null), (log.Rows[0].IsDone, log.Rows[0].PeakMegabytes));
    }

    [Fact]
    public void Changed_options_or_pictures_are_other_runs()
    {
        _benchmark.Run(_benchmark.Settings);
        BenchmarkSettings changed = _benchmark.Settings with { Variants = [new(_benchmark.Training with { Steps = [9, 8] })] };
        AssertBegins(1, changed);
        AssertBegins(0, changed);
        AssertBegins(0, _benchmark.Settings);
        _benchmark.AddTestPicture();
        AssertBegins(1, _benchmark.Settings);
        Assert.Equal(4, File.ReadAllLines(_benchmark.Record).Length);
    }

    [Fact]
    public void The_number_of_threads_and_memory_are_not_options()
    {
        _benchmark.Run(_benchmark.Settings);
        AssertBegins(0, _benchmark.Settings with { Variants = [new(_benchmark.Training with { Threads = 2, MemoryBudget = 1 })] });
    }

    [Fact]
    public void A_failed_run_is_recorded_the_others_go_on_and_it_is_tried_again()
    {
        BenchmarkVariant failing = new(_benchmark.Training with { MethodOptions = [new("fail-at", "4")] }, "breaks");
        BenchmarkSettings settings = _benchmark.Settings with { Variants = [failing, new(_benchmark.Training)] };
        var log = new BenchmarkLog();
        BenchmarkReport report = _benchmark.Run(settings, log);
        Assert.Equal([false, true], log.Rows.Select(r => r.IsDone));
        Assert.StartsWith("pixel-statistics: the loss is not a number any more at step 4 of phase mean", Assert.Single(report.Failed).Error, StringComparison.Ordinal);
        Assert.Equal(["discs"], report.Summary.Select(s => s.Category));
        Assert.Contains("## Failed\n\n- pixel-statistics breaks, discs, seed 0: pixel-statistics: the loss", File.ReadAllText(Path.Combine(_benchmark.Out, "results.md")), StringComparison.Ordinal);

        var again = new BenchmarkLog();
        report = _benchmark.Run(settings with { Variants = [new(_benchmark.Training, "breaks"), new(_benchmark.Training)] }, again);
        Assert.Equal(["1/2 pixel-statistics breaks, discs, seed 0"], again.Begun);
        Assert.Empty(report.Failed);
        Assert.Equal(2, report.Summary.Count);
    }

    [Fact]
    public void Two_benchmarks_cannot_write_one_record()
    {
        RetortException? refused = null;
        _benchmark.Run(_benchmark.Settings, new BenchmarkLog { OnStep = _ => refused ??= Assert.Throws<RetortException>(() => _benchmark.Run(_benchmark.Settings)) });
        Assert.Equal($"{_benchmark.Record}: another benchmark is writing this file; wait for its end or give another name.", refused!.Message);
    }

    private void AssertBegins(int runs, BenchmarkSettings settings)
    {
        var log = new BenchmarkLog();
        _benchmark.Run(settings, log);
        Assert.Equal(runs, log.Begun.Count);
    }

    private static void AssertSameMetrics(BenchmarkReport expected, BenchmarkReport actual)
    {
        int metrics = Metric.All.Count;
        Assert.Equal(expected.Summary.Select(s => s.Seeds), actual.Summary.Select(s => s.Seeds));
        Assert.Equal(expected.Summary.SelectMany(s => s.Figures.Take(metrics)), actual.Summary.SelectMany(s => s.Figures.Take(metrics)));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
