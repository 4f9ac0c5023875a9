using Retort.Training;

namespace Retort.Cli.Display;

/// <summary>Training progress as fits the terminal: a moving bar, lines, or nothing.</summary>
internal static class TrainingDisplay
{
    /// <summary>Shows progress while some work lasts.</summary>
    public static Task<T> WhileAsync<T>(Terminal terminal, Func<IProgress<TrainingProgress>?, Task<T>> work) =>
        terminal.Quiet ? work(null)
        : terminal.Live ? LiveTrainingDisplay.WhileAsync(terminal.Error, work)
        : work(new PlainTrainingDisplay(terminal.Error));
}
