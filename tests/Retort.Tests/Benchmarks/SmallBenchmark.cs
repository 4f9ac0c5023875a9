using Retort.Benchmarks;
using Retort.Tests.Training;
using Retort.Training;

namespace Retort.Tests.Benchmarks;

/// <summary>Two small datasets, and benchmarks of the tests' method on them.</summary>
internal sealed class SmallBenchmark : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _teacher;

    public SmallBenchmark(TeacherFixture teacher)
    {
        _teacher = teacher.Path;
        SyntheticParts.Write(Path.Combine(_folder.Path, "discs"));
        SyntheticParts.Write(Path.Combine(_folder.Path, "other, discs"), train: 11);
    }

    public string Out => Path.Combine(_folder.Path, "out");

    public string Record => Path.Combine(Out, "results.csv");

    public TrainingSettings Training => new() { Method = PixelStatistics.Name, Teacher = _teacher, Threads = 1 };

    public BenchmarkSettings Settings => new() { Data = [Path.Combine(_folder.Path, "discs")], Variants = [new BenchmarkVariant(Training)] };

    public BenchmarkSettings BothCategories => Settings with { Data = [.. Settings.Data, Path.Combine(_folder.Path, "other, discs")] };

    /// <summary>Whether files have the same names and lengths is all that runs know of pictures.</summary>
    public void AddTestPicture() => SyntheticParts.Save(Path.Combine(_folder.Path, "discs", "test", "good", "more.png"), SyntheticParts.Part(300, false));

    public BenchmarkReport Run(BenchmarkSettings settings, BenchmarkLog? log = null, string? folder = null, bool keepModels = false, CancellationToken cancellation = default) =>
        new BenchmarkRunner(folder ?? Out, keepModels, log ?? new BenchmarkLog()).RunAsync(BenchmarkPlan.Create(settings), cancellation).GetAwaiter().GetResult();

    public static void Train(BenchmarkRun run, string path) => Trainer.TrainAsync(run.Dataset, run.Settings, path).GetAwaiter().GetResult();

    public void Dispose() => _folder.Dispose();
}

/// <summary>What a benchmark did.</summary>
internal sealed class BenchmarkLog : IBenchmarkWatcher
{
    /// <summary>The runs that were begun, with their numbers: <c>2/4 pixel-statistics, discs, seed 1</c>.</summary>
    public List<string> Begun { get; } = [];

    /// <summary>Training steps, over all runs.</summary>
    public int Steps { get; private set; }

    public List<string> Notes { get; } = [];

    public List<BenchmarkRow> Rows { get; } = [];

    /// <summary>Called after each step with the steps so far.</summary>
    public Action<int>? OnStep { get; init; }

    public void Begin(BenchmarkRun run, int number, int count) => Begun.Add($"{number}/{count} {run.Name}");

    public Task<TrainingSummary> WatchAsync(Func<IProgress<TrainingProgress>?, Task<TrainingSummary>> training) => training(new Progress(this));

    public IProgress<int>? Evaluate(int pictures) => null;

    public void Note(string text) => Notes.Add(text);

    public void End(BenchmarkRow row) => Rows.Add(row);

    private sealed class Progress(BenchmarkLog log) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Note is not null)
            {
                log.Notes.Add(value.Note);
                return;
            }

            log.Steps++;
            log.OnStep?.Invoke(log.Steps);
        }
    }
}
