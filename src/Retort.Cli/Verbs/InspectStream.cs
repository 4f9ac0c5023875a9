using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Findings;
using Retort.Imaging;
using Retort.Streams;

namespace Retort.Cli.Verbs;

/// <summary>
/// Inspects pictures as they come, from a list or a watched folder, and prints a line for each as soon as it is known: the picture, its score, verdict and number
/// of regions, with tabs between them.
/// </summary>
/// <param name="inspector">Inspects them.</param>
/// <param name="terminal">Where to print.</param>
/// <param name="sink">Also takes what was found; null for none.</param>
/// <param name="badPictures">What to do about a picture that cannot be read.</param>
internal sealed class InspectStream(PictureInspector inspector, Terminal terminal, FindingsSink? sink, BadPicturePolicy badPictures)
{
    // How far the list is read ahead of the inspections.
    private const int ReadAhead = 64;

    private readonly PictureNames _names = new();

    /// <summary>How many pictures were inspected.</summary>
    public int Inspected { get; private set; }

    /// <summary>How many of them are anomalous.</summary>
    public int Anomalous { get; private set; }

    /// <summary>How many are uncertain.</summary>
    public int Uncertain { get; private set; }

    /// <summary>How many could not be read.</summary>
    public int Failed { get; private set; }

    /// <summary>Inspects the pictures of a list, a path a line, until it ends.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void InspectList(TextReader list, CancellationToken cancellation)
    {
        foreach (string line in ReadLines(list).ToBlockingEnumerable(cancellation))
        {
            if (line.Trim() is { Length: > 0 } path)
            {
                Inspect(new InspectInput(path, _names.Take(Path.GetFileName(path))), isLastTry: true, cancellation);
            }
        }
    }

    /// <summary>Inspects what comes into a folder, until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void WatchFolder(HotFolder folder, CancellationToken cancellation)
    {
        foreach (HotPicture picture in folder.WatchAsync(cancellation).ToBlockingEnumerable(cancellation))
        {
            // With its extension, a picture's name within the folder is its own, also after a restart.
            if (Inspect(new InspectInput(picture.Path, picture.Stamp.Name), picture.IsLastTry, cancellation))
            {
                folder.Done(picture);
            }
        }
    }

    /// <returns>Whether that was all about this picture.</returns>
    private bool Inspect(InspectInput input, bool isLastTry, CancellationToken cancellation)
    {
        (Inspection? inspection, ImageException? failure) = inspector.Inspect(input, cancellation);
        if (inspection is not null)
        {
            Inspected++;
            Anomalous += inspection.Verdict == Verdict.Anomalous ? 1 : 0;
            Uncertain += inspection.Verdict == Verdict.Uncertain ? 1 : 0;
            sink?.Add(inspection);
            terminal.Out.WriteLine($"{OneLine.Of(input.Path)}\t{Numbers.Short(inspection.Score)}\t{CommonOptions.WordOf(inspection.Verdict)}\t{inspection.Regions.Count}");
            terminal.Out.Flush();
            return true;
        }

        if (!isLastTry)
        {
            return false;
        }

        if (badPictures == BadPicturePolicy.Stop)
        {
            ExceptionDispatchInfo.Throw(failure!);
        }

        Failed++;
        sink?.AddFailure(input.Path, failure!.Message);
        terminal.Error.WriteLine("left out: " + OneLine.Of(failure!.Message));
        return true;
    }

    // A thread of its own: reading standard input cannot be cancelled.
    private static IAsyncEnumerable<string> ReadLines(TextReader list)
    {
        var lines = Channel.CreateBounded<string>(ReadAhead);
        var reader = new Thread(() => Pump(list, lines.Writer)) { IsBackground = true, Name = "retort list" };
        reader.Start();
        return lines.Reader.ReadAllAsync();
    }

    private static void Pump(TextReader list, ChannelWriter<string> lines)
    {
        try
        {
            while (list.ReadLine() is { } line)
            {
                lines.WriteAsync(line).AsTask().GetAwaiter().GetResult();
            }

            lines.Complete();
        }
        catch (IOException failure)
        {
            lines.Complete(new RetortException($"standard input: the list cannot be read ({failure.Message.TrimEnd('.')}); check where it comes from.", failure));
        }
    }
}
