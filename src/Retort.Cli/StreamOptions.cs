using System.CommandLine;
using Retort.Cli.Verbs;
using Retort.Findings;
using Retort.Streams;

namespace Retort.Cli;

/// <summary>The options of <c>inspect</c> for pictures that come one by one: a watched folder, a list on standard input, and a file that takes what is found as it is found.</summary>
internal sealed class StreamOptions
{
    /// <summary>The path that stands for a list of paths on standard input.</summary>
    private const string List = "-";

    private readonly Option<string?> _watch = CommonOptions.Text(
        "--watch", "DIR", "Inspect the pictures of this folder as they come, those that are there included, until Ctrl-C. What is done is kept in a journal and not done again.");

    private readonly Option<string?> _journal = CommonOptions.Text("--journal", "FILE", "The journal of --watch, instead of .retort-journal.jsonl in the folder.");

    private readonly Option<string?> _sink = CommonOptions.Text(
        "--sink", "FILE", "Append what is found in each picture to this file (.csv or .jsonl) as soon as it is known.");

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_watch);
        verb.Add(_journal);
        verb.Add(_sink);
    }

    /// <summary>Whether pictures come one by one; then there are no paths to look up.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="paths">The paths that were given.</param>
    /// <param name="output">The option of the folder for overlays and maps.</param>
    /// <param name="atTheEnd">Options whose files are written when the last picture is done.</param>
    /// <exception cref="UsageException">Options and paths do not fit together.</exception>
    public bool AreForStream(ParseResult parsed, IReadOnlyList<string> paths, Option<string?> output, params ReadOnlySpan<Option<string?>> atTheEnd)
    {
        string? watch = parsed.GetValue(_watch);
        if (watch is null && paths.All(p => p.Length == 0))
        {
            throw new UsageException("PATH: this argument is missing; name at least one, or give --watch DIR.");
        }

        if (watch is null && parsed.GetValue(_journal) is { } journal)
        {
            throw new UsageException($"--journal {journal}: there is one for --watch only; leave it out, or give --watch.");
        }

        if (watch is not null && paths.Count > 0)
        {
            throw new UsageException($"{paths[0]}: --watch takes its pictures from the folder {watch}; leave the path or --watch out.");
        }

        if (paths.Contains(List) && paths.Count > 1)
        {
            throw new UsageException($"{List}: a list on standard input goes with no other path; leave the others out, or put them on the list.");
        }

        bool stream = watch is not null || paths is [List];
        if (stream)
        {
            foreach (Option<string?> option in atTheEnd)
            {
                if (parsed.GetValue(option) is { } file)
                {
                    throw new UsageException($"{option.Name} {file}: it is written when all pictures are done, and here more may always come; use --sink FILE.csv or FILE.jsonl.");
                }
            }
        }

        if (watch is not null && parsed.GetValue(output) is { } folder && IsWithin(folder, watch))
        {
            throw new UsageException($"{output.Name} {folder}: it lies in the watched folder, so overlays would be taken for pictures; choose another place.");
        }

        return stream;
    }

    /// <summary>Opens the sink, if one was asked for.</summary>
    /// <exception cref="RetortException">It cannot be written, or has other columns.</exception>
    public FindingsSink? OpenSink(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_sink) is { } path ? FindingsSink.Open(path) : null;
        }
        catch (RetortException failure)
        {
            throw new RetortException($"--sink {failure.Message}", failure);
        }
    }

    /// <summary>Inspects pictures until no more come.</summary>
    /// <exception cref="RetortException">The folder is not there, its journal cannot be used, or the list cannot be read.</exception>
    /// <exception cref="OperationCanceledException">A list was cancelled; a watch ends thus and does not throw.</exception>
    public void Run(ParseResult parsed, InspectStream stream, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(_watch) is not { } folder)
        {
            RunList(stream, terminal, cancellation);
            return;
        }

        if (!Directory.Exists(folder))
        {
            throw new RetortException($"--watch {folder}: there is no such folder; make it, or check the path.");
        }

        using FolderJournal journal = FolderJournal.Open(parsed.GetValue(_journal) ?? FolderJournal.PathFor(folder));
        using var watched = new HotFolder(folder, journal);
        terminal.Note($"{folder}: {(watched.IsNotified ? "watching" : "looking every second")}; {Display.Numbers.Count(journal.Count, "picture")} done before. Ctrl-C ends.");
        try
        {
            stream.WatchFolder(watched, cancellation);
        }
        catch (OperationCanceledException)
        {
            // That is how a watch ends.
        }
    }

    private static void RunList(InspectStream stream, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            stream.InspectList(terminal.In, cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped after {Display.Numbers.Count(stream.Inspected, "picture")}.");
        }

        if (stream.Failed > 0)
        {
            throw new RetortException($"{stream.Failed} of {Display.Numbers.Count(stream.Failed + stream.Inspected, "picture")} could not be read; mend those named above or leave them out.");
        }
    }

    private static bool IsWithin(string path, string folder)
    {
        string relative = Path.GetRelativePath(folder, path);
        return relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(relative);
    }
}
