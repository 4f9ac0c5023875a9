using System.Diagnostics;
using Retort.Teachers;
using Spectre.Console;

namespace Retort.Cli.Display;

/// <summary>A download's progress as fits the terminal: a moving bar, a line every few seconds, or nothing.</summary>
internal static class DownloadDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Shows progress while a download lasts.</summary>
    public static Task<T> WhileAsync<T>(Terminal terminal, string name, Func<IProgress<DownloadProgress>?, Task<T>> work)
    {
        if (terminal.Quiet)
        {
            return work(null);
        }

        if (!terminal.Live)
        {
            return work(new Lines(terminal, name));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bar(console, name, context.AddTask(Markup.Escape(name)))));
    }

    private static string Amount(DownloadProgress value) => $"{Numbers.Megabytes(value.Done)} of {Numbers.Megabytes(value.Total)} MB";

    private sealed class Bar(IAnsiConsole console, string name, ProgressTask bar) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Note is not null)
            {
                console.WriteLine($"{name}: {value.Note}");
            }

            bar.MaxValue = value.Total;
            bar.Value = value.Done;
            bar.Description = Markup.Escape($"{name} {Amount(value)}");
        }
    }

    private sealed class Lines(Terminal terminal, string name) : IProgress<DownloadProgress>
    {
        private long _last = Stopwatch.GetTimestamp();

        public void Report(DownloadProgress value)
        {
            if (value.Note is not null)
            {
                terminal.Note($"{name}: {value.Note}");
            }
            else if (Stopwatch.GetElapsedTime(_last) >= Interval)
            {
                _last = Stopwatch.GetTimestamp();
                terminal.Note($"{name}: {Amount(value)}");
            }
        }
    }
}
