using System.Text.Json.Nodes;

namespace Retort.Bench;

/// <summary>ONNX Runtime: inspection of one picture and of a batch, each in a process of its own (<c>bench/Retort.Bench.OnnxRuntime</c>).</summary>
/// <param name="model">The network as ONNX.</param>
internal sealed class OnnxRuntimePeer(string model) : IPeer
{
    private const string Project = "Retort.Bench.OnnxRuntime";

    /// <inheritdoc/>
    public string Name => "ONNX Runtime";

    /// <inheritdoc/>
    public IReadOnlyList<PeerFigures> Measure(int threads, int batch, int repeat) =>
        [.. new[] { 1, batch }.Distinct().Select(b => MeasureInspection(threads, b, repeat))];

    private PeerFigures MeasureInspection(int threads, int batch, int repeat)
    {
        JsonObject result = ChildProcess.Run(Program(), ["time", "--model", model, "--threads", $"{threads}", "--batch", $"{batch}", "--repeat", $"{repeat}"]);
        var seconds = new Dictionary<Quantity, double> { [new Quantity(Work.Inspection, batch)] = (double)result["seconds"]! };
        return new PeerFigures(seconds, (double)result["peak_rss_mb"]!);
    }

    // Beside this program, in the output folder of the same configuration and framework: bench/PROJECT/bin/Release/net10.0.
    private static string Program()
    {
        string[] here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        string folder = string.Join(Path.DirectorySeparatorChar, [.. here[..^4], Project, .. here[^3..]]);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{Project}.exe" : Project);
        return File.Exists(program)
            ? program
            : throw new RetortException($"{program}: it is not built; run: dotnet build -c {here[^2]} bench/{Project}");
    }
}
