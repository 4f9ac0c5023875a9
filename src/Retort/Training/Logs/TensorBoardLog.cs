using Retort.Detectors;

namespace Retort.Training.Logs;

/// <summary>
/// An event file for TensorBoard: scalars <c>loss/PHASE</c>, <c>smoothed_loss/PHASE</c> and <c>steps_per_second</c> over the steps of all phases.
/// </summary>
public sealed class TensorBoardLog : StepLog
{
    /// <summary>The name of the file. TensorBoard looks for <c>tfevents</c> in it.</summary>
    public const string FileName = "events.out.tfevents.retort";

    private readonly TimeProvider _clock;

    /// <summary>Opens the event file of a folder.</summary>
    /// <param name="folder">The folder, which is made if it is not there; it is what <c>tensorboard --logdir</c> takes.</param>
    /// <param name="resume">Whether the training goes on from a checkpoint if there is one; else records of an earlier training are dropped.</param>
    /// <exception cref="RetortException">The file cannot be written, or is to be gone on with and no event file of Retort's.</exception>
    public TensorBoardLog(string folder, bool resume = false)
        : this(folder, resume, TimeProvider.System)
    {
    }

    internal TensorBoardLog(string folder, bool resume, TimeProvider clock)
        : base(InFolder(folder), resume) => _clock = clock;

    private protected override IEnumerable<StepRecord> ReadWhole(Stream file)
    {
        while (TensorFlowRecord.TryRead(file, out byte[] data))
        {
            yield return new StepRecord(TensorBoardEvent.StepOf(data), file.Position);
        }
    }

    private protected override ReadOnlySpan<byte> HeadBytes() => TensorFlowRecord.Frame(TensorBoardEvent.FileVersion(Now()));

    private protected override ReadOnlySpan<byte> StepBytes(TrainingProgress step) => TensorFlowRecord.Frame(TensorBoardEvent.Scalars(
        Now(),
        step.StepsDone,
        ($"loss/{step.Phase}", (float)step.Loss),
        ($"smoothed_loss/{step.Phase}", (float)step.SmoothedLoss),
        ("steps_per_second", (float)step.StepsPerSecond)));

    private double Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static string InFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Path.Combine(OutputFolder.Make(folder, folder), FileName);
    }
}
