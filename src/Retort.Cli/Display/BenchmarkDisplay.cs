using Retort.Benchmarks;
using Retort.Training;

namespace Retort.Cli.Display;

/// <summary>How a benchmark goes: a line at the beginning and at the end of each run, and the progress of its training between them.</summary>
internal sealed class BenchmarkDisplay(Terminal terminal) : IBenchmarkWatcher
{
    private string _place = "";

    /// <inheritdoc/>
    public void Begin(BenchmarkRun run, int number, int count)
    {
        _place = $"[{number}/{count}]";
        terminal.Note($"{_place} {run.Name}");
    }

    /// <inheritdoc/>
    public Task<TrainingSummary> WatchAsync(Func<IProgress<TrainingProgress>?, Task<TrainingSummary>> training) => TrainingDisplay.WhileAsync(terminal, training);

    /// <inheritdoc/>
    public IProgress<int> Evaluate(int pictures) => new CountDisplay(terminal, pictures);

    /// <inheritdoc/>
    public void Note(string text) => terminal.Note(text);

    /// <inheritdoc/>
    public void End(BenchmarkRow row)
    {
        if (row.IsDone)
        {
            IEnumerable<string> figures = BenchmarkFigure.All.Select(f => f.Of(row) is { } value ? $"{f.Title} {f.Show(new BenchmarkStatistic(value, null))}" : "");
            terminal.Note($"{_place} {row.Name}: {string.Join("; ", figures.Where(f => f.Length > 0))}");
        }
        else
        {
            // An error, not progress: it is told in any case.
            terminal.Error.WriteLine($"{_place} {row.Name}: failed: {row.Error}");
        }
    }
}
