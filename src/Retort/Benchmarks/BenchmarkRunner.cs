using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>
/// Does what a plan holds and the record does not: trains, evaluates, adds a row, run by run. Stopped in any way it loses at most the steps since the
/// last checkpoint: the next sitting skips what is done, goes on with what was begun, and tries again what failed.
/// </summary>
internal sealed class BenchmarkRunner
{
    private readonly string _folder;
    private readonly bool _keepModels;
    private readonly IBenchmarkWatcher _watcher;

    /// <summary>Makes a runner.</summary>
    /// <param name="folder">The folder of the results; made if it is not there.</param>
    /// <param name="keepModels">Whether detectors stay in its folder <c>models</c>, else each is deleted when it is evaluated.</param>
    /// <param name="watcher">Is told how it goes.</param>
    public BenchmarkRunner(string folder, bool keepModels, IBenchmarkWatcher watcher)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(watcher);
        _folder = folder;
        _keepModels = keepModels;
        _watcher = watcher;
    }

    private string Models => Path.Combine(_folder, "models");

    /// <summary>Does the runs of a plan. After each one the report beside the record is written anew.</summary>
    /// <returns>The report of all that is in the record.</returns>
    /// <exception cref="RetortException">The folder, the record or the report cannot be written or read. What goes wrong in a run is not thrown but recorded.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the record holds all runs that are done.</exception>
    public async Task<BenchmarkReport> RunAsync(BenchmarkPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        OutputFolder.Make($"--out {_folder}", Models);
        using BenchmarkRecord record = BenchmarkRecord.Open(Path.Combine(_folder, "results.csv"));
        for (int i = 0; i < plan.Runs.Count; i++)
        {
            BenchmarkRun run = plan.Runs[i];
            if (record.Find(run.Name, run.Options)?.IsDone == true)
            {
                continue;
            }

            try
            {
                cancellation.ThrowIfCancellationRequested();
                _watcher.Begin(run, i + 1, plan.Runs.Count);
                BenchmarkRow row = await RunAsync(run, cancellation).ConfigureAwait(false);
                record.Append(row);
                Put(run, row);
                new BenchmarkReport(plan, record.Rows).Write(_folder);
                _watcher.End(row);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                int done = plan.Runs.Count(r => record.Find(r.Name, r.Options)?.IsDone == true);
                throw new OperationCanceledException($"stopped with {done} of {plan.Runs.Count} runs done; the same command goes on from there.", cancellation);
            }
        }

        var report = new BenchmarkReport(plan, record.Rows);
        report.Write(_folder);
        return report;
    }

    private async Task<BenchmarkRow> RunAsync(BenchmarkRun run, CancellationToken cancellation)
    {
        bool measured = MemoryPeak.Restart();
        string path = PathOf(run);
        try
        {
            // A detector without a checkpoint is a run that was stopped while it was evaluated.
            bool begun = File.Exists(Checkpoint.PathFor(path));
            if (begun || !File.Exists(path))
            {
                TrainingSettings settings = run.Settings with { Resume = begun };
                await _watcher.WatchAsync(progress => Trainer.TrainAsync(run.Dataset, settings, path, progress, cancellation)).ConfigureAwait(false);
            }
            else
            {
                measured = false;
            }

            using Detector detector = Detector.Load(path, run.Settings.Threads);
            var evaluation = new EvaluationSettings { BadPictures = run.Settings.BadPictures };
            EvaluationResult result = Evaluator.Evaluate(detector, run.Dataset, evaluation, _watcher.Evaluate(run.Dataset.Test.Count), cancellation);
            foreach (string warning in result.Warnings)
            {
                _watcher.Note("warning: " + warning);
            }

            return BenchmarkRow.Done(run, detector.Info, result, measured ? MemoryPeak.Megabytes : null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return new BenchmarkRow
            {
                Name = run.Name,
                Options = run.Options,
                Error = Explain(failure),
                Threads = run.Settings.Threads == 0 ? Environment.ProcessorCount : run.Settings.Threads,
                RetortVersion = TrainingSummary.CurrentVersion,
            };
        }
    }

    private static string Explain(Exception failure) => failure switch
    {
        RetortException or ImageException or WeightFileException => failure.Message.ReplaceLineEndings(" "),
        OutOfMemoryException => "there is not enough memory; use a smaller --batch or --size.",
        _ => $"an error inside Retort: {failure}".ReplaceLineEndings(" "),
    };

    /// <summary>Until it is evaluated a detector has its options in its name, so that a training of other options does not go on from its checkpoint.</summary>
    private string PathOf(BenchmarkRun run) => Path.Combine(Models, $"{run.Name.FileStem}.{run.Options}.retort");

    private void Put(BenchmarkRun run, BenchmarkRow row)
    {
        string path = PathOf(run);
        if (row.IsDone && _keepModels)
        {
            File.Move(path, Path.Combine(Models, run.Name.FileStem + ".retort"), overwrite: true);
        }
        else if (row.IsDone)
        {
            File.Delete(path);
        }
    }
}
