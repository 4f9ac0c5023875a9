using Retort.Training;
using Spectre.Console;

namespace Retort.Cli.Display;

/// <summary>Training progress as a bar that moves, with the loss, the pace and the time left beside it.</summary>
internal sealed class LiveTrainingDisplay : IProgress<TrainingProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask _bar;
    private int _phase = -1;

    private LiveTrainingDisplay(IAnsiConsole console, ProgressTask bar)
    {
        _console = console;
        _bar = bar;
    }

    /// <summary>Shows the bar while some work lasts.</summary>
    public static Task<T> WhileAsync<T>(TextWriter terminal, Func<IProgress<TrainingProgress>, Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal) });
        return console.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => work(new LiveTrainingDisplay(console, context.AddTask("reading pictures"))));
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Note is not null)
        {
            _console.WriteLine(value.Note);
            return;
        }

        if (_phase != value.PhaseIndex)
        {
            _phase = value.PhaseIndex;
            _bar.MaxValue = value.Steps;
        }

        _bar.Value = value.Step;
        _bar.Description = Markup.Escape($"{value.PhaseIndex + 1}/{value.PhaseCount} {PlainTrainingDisplay.Line(value)}");
    }
}
