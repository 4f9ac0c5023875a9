using System.Diagnostics;
using Retort.Training;

namespace Retort.Cli.Display;

/// <summary>Training progress as lines of text: the first and last step of each phase, and one every few seconds.</summary>
internal sealed class PlainTrainingDisplay(TextWriter output) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long _last;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Note is not null)
        {
            output.WriteLine(value.Note);
            return;
        }

        if (value.Step == 1 || value.Step == value.Steps || Stopwatch.GetElapsedTime(_last) >= Interval)
        {
            _last = Stopwatch.GetTimestamp();
            output.WriteLine($"{value.PhaseIndex + 1}/{value.PhaseCount} {Line(value)}");
        }
    }

    /// <summary>A step in words: <c>student 120/1000, loss 0.1234, 3.2 steps/s, 5:12 left</c>.</summary>
    public static string Line(TrainingProgress value)
    {
        string loss = $"{value.Phase} {value.Step}/{value.Steps}, loss {Numbers.Short(value.SmoothedLoss)}";
        string pace = value.StepsPerSecond > 0 ? $", {Numbers.Short(value.StepsPerSecond)} steps/s" : "";
        string left = value.Remaining is { } remaining ? $", {Numbers.Time(remaining)} left" : "";
        return loss + pace + left;
    }
}
