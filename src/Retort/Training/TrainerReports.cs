using Microsoft.Extensions.Logging;

namespace Retort.Training;

/// <summary>Tells whoever started a training how it goes, and the log: one report at a time, whichever thread it comes from.</summary>
/// <param name="progress">Is told; may be null.</param>
/// <param name="logger">The log.</param>
internal sealed class TrainerReports(IProgress<TrainingProgress>? progress, ILogger logger)
{
    private readonly Lock _reporting = new();

    /// <summary>Something to tell beside the numbers.</summary>
    public void Note(string text)
    {
        TrainerLog.Note(logger, text);
        Tell(TrainingProgress.FromNote(text));
    }

    /// <summary>Something that the user should know.</summary>
    /// <param name="text">What.</param>
    /// <param name="mark">What stands before it where levels of a log cannot.</param>
    public void Warn(string text, string mark = "warning")
    {
        TrainerLog.Warning(logger, text);
        Tell(TrainingProgress.FromNote($"{mark}: {text}"));
    }

    /// <summary>A phase has come to its end.</summary>
    public void PhaseEnded(string phase, int steps, double loss) => TrainerLog.PhaseEnded(logger, phase, steps, loss);

    /// <summary>A checkpoint was written.</summary>
    public void CheckpointWritten(string path, long done) => TrainerLog.CheckpointWritten(logger, path, done);

    /// <summary>How far it is.</summary>
    public void Tell(TrainingProgress report)
    {
        lock (_reporting)
        {
            progress?.Report(report);
        }
    }
}
