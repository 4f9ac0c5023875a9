using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Retort.Networks.Weights;

namespace Retort.Bench;

/// <summary>
/// One thing DeSTSeg does, in a process of its own, so that the peak of its memory is that of this one thing. Other verbs start the
/// hidden verb <c>measure</c>, which prints its figures as one line of JSON.
/// </summary>
/// <param name="Seconds">The median time of a run.</param>
/// <param name="PeakMegabytes">The largest resident memory of the process, in units of 2^20 bytes.</param>
internal sealed record Measurement(double Seconds, double PeakMegabytes)
{
    private const string Name = "measure";

    /// <summary>Measures in a fresh process.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="size">Their side in pixels.</param>
    /// <param name="repeat">Runs to take the median of.</param>
    /// <param name="weights">A file with the weights for an inspection.</param>
    public static Measurement InChild(Work work, int threads, int batch, int size, int repeat, TemporaryWeights weights)
    {
        JsonObject result = ChildProcess.RunSelf(
            [Name, "--work", $"{work}", "--threads", $"{threads}", "--batch", $"{batch}", "--size", $"{size}", "--repeat", $"{repeat}", "--weights", weights.Path]);
        return new Measurement((double)result["seconds"]!, (double)result["peak_rss_mb"]!);
    }

    /// <summary>The hidden verb.</summary>
    public static Command Verb()
    {
        var work = new Option<Work>("--work");
        var (threads, batch, repeat) = (BenchOptions.Threads(), BenchOptions.Batch(), BenchOptions.Repeat());
        Option<int> size = BenchOptions.Whole("--size", MethodTask.PaperSize, "Side of the pictures in pixels.");
        Option<string> weights = BenchOptions.Required("--weights", "FILE", "Weights for an inspection.");
        var verb = new Command(Name, "One measurement in this process, as JSON.") { work, threads, batch, size, repeat, weights };
        verb.Hidden = true;
        verb.SetAction(p => Print(p.GetValue(work), p.GetValue(threads), p.GetValue(batch), p.GetValue(size), p.GetValue(repeat), p.GetRequiredValue(weights)));
        return verb;
    }

    private static void Print(Work work, int threads, int batch, int size, int repeat, string weights)
    {
        using FileStream file = File.OpenRead(weights);
        using MethodTask task = MethodTask.Create(MethodTask.DeSTSeg, work, threads, batch, size, () => SafeTensors.ReadEach(file, weights));
        double seconds = task.MedianSeconds(repeat);
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20);
        Console.WriteLine(new JsonObject { ["seconds"] = seconds, ["peak_rss_mb"] = peak }.ToJsonString());
    }
}
