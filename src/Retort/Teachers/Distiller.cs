using Retort.Training;

namespace Retort.Teachers;

/// <summary>Makes a small teacher from a big one: the trunk of a ResNet-18 learns to give the big network's features of pictures of all sorts.</summary>
public static class Distiller
{
    /// <summary>
    /// Distils, and writes the small network: folded, as halves, under torchvision's names, a file that <see cref="Networks.Weights.TeacherFile"/> reads. While it
    /// trains, a checkpoint lies beside the output (<c>OUT.checkpoint</c>), and the curve of its errors (<c>OUT.curve.csv</c>), which stays.
    /// </summary>
    /// <remarks>The network depends on pictures, settings and teacher alone: not on the number of threads, and not on how often it was stopped and resumed.</remarks>
    /// <param name="settings">What to distil and how.</param>
    /// <param name="outPath">The weight file to write.</param>
    /// <param name="progress">Is told of every step, one at a time; may be null.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="RetortException">Settings, pictures, checkpoint or output are not usable, or the loss is no number any more.</exception>
    /// <exception cref="Imaging.ImageException">A picture cannot be read.</exception>
    /// <exception cref="Networks.Weights.WeightFileException">The teacher's file cannot be read, or the small network's not written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says how to go on.</exception>
    public static Task<DistillationSummary> DistillAsync(
        DistillationSettings settings, string outPath, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(outPath);
        settings.Validate();
        return Task.Factory.StartNew(
            () => new DistillationRun(settings, outPath, progress, cancellationToken).Run(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
