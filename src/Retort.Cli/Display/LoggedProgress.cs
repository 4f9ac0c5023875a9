using Retort.Training;
using Retort.Training.Logs;

namespace Retort.Cli.Display;

/// <summary>Passes progress on to the display and to logs. A log that cannot be written any more ends with a warning; the training goes on.</summary>
internal sealed class LoggedProgress(IProgress<TrainingProgress>? display, IEnumerable<StepLog> logs) : IProgress<TrainingProgress>
{
    private readonly List<StepLog> _logs = [.. logs];

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        display?.Report(value);
        foreach (StepLog log in _logs.ToArray())
        {
            try
            {
                log.Report(value);
            }
            catch (RetortException failure)
            {
                _logs.Remove(log);
                display?.Report(value with { Note = $"warning: {failure.Message} Training goes on without this log." });
            }
        }
    }
}
