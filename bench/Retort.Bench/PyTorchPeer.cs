using System.Text.Json.Nodes;

namespace Retort.Bench;

/// <summary>PyTorch: a script that times inspection of one picture and a training step of each phase, in one process.</summary>
/// <param name="script">Takes <c>--threads</c>, <c>--batch</c> and <c>--repeat</c>; prints <c>infer_b1</c>, <c>phase1_step</c>, <c>phase2_step</c> if there is a second phase, and <c>peak_rss_mb</c>.</param>
/// <param name="python">The Python that has PyTorch.</param>
internal sealed class PyTorchPeer(string script, string python) : IPeer
{
    /// <inheritdoc/>
    public string Name => "PyTorch";

    /// <inheritdoc/>
    public IReadOnlyList<PeerFigures> Measure(int threads, int batch, int repeat)
    {
        if (batch < 2)
        {
            throw new RetortException($"--batch {batch}: PyTorch trains on no single picture (its batch normalisation refuses one value); give at least 2, or leave out --torch.");
        }

        JsonObject result = ChildProcess.Run(
            python, [script, "--threads", $"{threads}", "--batch", $"{batch}", "--repeat", $"{repeat}"], ("OMP_NUM_THREADS", $"{threads}"));
        var seconds = new Dictionary<Quantity, double>
        {
            [new Quantity(Work.Inspection, 1)] = (double)result["infer_b1"]!,
            [new Quantity(Work.Student, batch)] = (double)result["phase1_step"]!,
        };
        if (result["phase2_step"] is { } second)
        {
            seconds[new Quantity(Work.Segmentation, batch)] = (double)second;
        }

        return [new PeerFigures(seconds, (double)result["peak_rss_mb"]!)];
    }
}
