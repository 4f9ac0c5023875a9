using System.CommandLine;
using System.Globalization;

namespace Retort.Bench;

/// <summary>The largest resident memory of an inspection and of both training steps, each in a process of its own, beside the peers'.</summary>
internal static class PeakMemory
{
    /// <summary>The verb.</summary>
    public static Command Verb()
    {
        var peers = new PeerOptions();
        var (threads, batch) = (BenchOptions.Threads(), BenchOptions.Batch());
        var verb = new Command("memory", "Peak resident memory of DeSTSeg at 256 x 256, and of ONNX Runtime and PyTorch.") { threads, batch };
        peers.AddTo(verb);
        verb.SetAction(p => Run(peers.Of(p), p.GetValue(threads), p.GetValue(batch)));
        return verb;
    }

    private static void Run(IReadOnlyList<IPeer> peers, int threads, int batch)
    {
        using var weights = new TemporaryWeights();
        Console.WriteLine($"peak resident memory, a line a process; 256 x 256, {threads} thread(s)");
        Quantity[] quantities = [new(Work.Inspection, 1), new(Work.LowMemoryInspection, 1), new(Work.Inspection, batch), new(Work.Student, batch), new(Work.Segmentation, batch)];
        foreach (Quantity quantity in quantities.Distinct())
        {
            Measurement ours = Measurement.InChild(quantity.Work, threads, quantity.Batch, MethodTask.PaperSize, repeat: 1, weights);
            Print("Retort", ours.PeakMegabytes, [quantity]);
        }

        foreach (IPeer peer in peers)
        {
            foreach (PeerFigures figures in peer.Measure(threads, batch, repeat: 1))
            {
                Print(peer.Name, figures.PeakMegabytes, figures.Seconds.Keys);
            }
        }
    }

    private static void Print(string who, double megabytes, IEnumerable<Quantity> work) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{who,-12} {megabytes,6:0} MB  {string.Join("; ", work)}"));
}
