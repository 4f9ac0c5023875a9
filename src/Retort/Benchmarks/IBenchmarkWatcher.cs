using Retort.Training;

namespace Retort.Benchmarks;

/// <summary>Is told how a benchmark goes, one run after the other.</summary>
internal interface IBenchmarkWatcher
{
    /// <summary>A run begins.</summary>
    /// <param name="run">Which.</param>
    /// <param name="number">Its number among all runs of the plan, from 1; those that were done before have numbers too.</param>
    /// <param name="count">How many there are.</param>
    void Begin(BenchmarkRun run, int number, int count);

    /// <summary>Does the training of the run, and may give it something to report to.</summary>
    Task<TrainingSummary> WatchAsync(Func<IProgress<TrainingProgress>?, Task<TrainingSummary>> training);

    /// <summary>The evaluation of the run begins.</summary>
    /// <param name="pictures">How many test pictures there are.</param>
    /// <returns>What is told how many are done; null for nothing.</returns>
    IProgress<int>? Evaluate(int pictures);

    /// <summary>There is something to tell beside the results, such as a warning of the evaluation.</summary>
    void Note(string text);

    /// <summary>The run is over and its row is in the record.</summary>
    void End(BenchmarkRow row);
}
