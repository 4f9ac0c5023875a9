using System.Diagnostics;

namespace Retort.Cli.Display;

/// <summary>How many pictures are done, every few seconds.</summary>
internal sealed class CountDisplay(Terminal terminal, int total) : IProgress<int>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long _last = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public void Report(int value)
    {
        if (Stopwatch.GetElapsedTime(_last) >= Interval)
        {
            _last = Stopwatch.GetTimestamp();
            terminal.Note($"{value}/{total} pictures");
        }
    }
}
