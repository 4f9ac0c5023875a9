using Retort.Data;

namespace Retort.Training;

/// <summary>Trains detectors.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains a detector on a dataset's good pictures, sets its thresholds on those held back, and writes it. While it trains, a checkpoint
    /// lies beside the output (<c>OUT.checkpoint</c>): written every few minutes, at the end of each phase and on cancellation, deleted when
    /// the detector is there.
    /// </summary>
    /// <remarks>
    /// The detector's weights depend on dataset, settings and teacher alone: not on the number of threads, and not on how often the training
    /// was stopped and resumed.
    /// </remarks>
    /// <param name="dataset">Its good training pictures are used, its test pictures are not.</param>
    /// <param name="settings">What to train and how.</param>
    /// <param name="outPath">The detector file to write.</param>
    /// <param name="progress">Is told of every step, by the training's own threads and one at a time; may be null.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="RetortException">Settings, pictures, teacher, checkpoint or output are not usable, the disk is full, or the loss is no number any more.</exception>
    /// <exception cref="Imaging.ImageException">A picture cannot be read and the policy is to stop.</exception>
    /// <exception cref="Networks.Weights.WeightFileException">The teacher's file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says how to go on.</exception>
    public static Task<TrainingSummary> TrainAsync(
        AnomalyDataset dataset,
        TrainingSettings settings,
        string outPath,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(outPath);

        // A thread of its own: a training lasts from minutes to days.
        return Task.Factory.StartNew(
            () => new TrainerRun(dataset, settings, outPath, progress, cancellationToken).Run(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
