using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Retort;
using Retort.Bench.OnnxRuntime;
using Retort.Imaging;

var model = new Option<string>("--model") { Description = "The ONNX file: one input [N, C, H, W], or a detector that was exported.", HelpName = "FILE", Required = true };
var threads = new Option<int>("--threads") { Description = "Threads within an operation.", DefaultValueFactory = _ => Environment.ProcessorCount };
var batch = new Option<int>("--batch") { Description = "Pictures per run.", DefaultValueFactory = _ => 1 };
var repeat = new Option<int>("--repeat") { Description = "Runs to take the median of, after one that does not count.", DefaultValueFactory = _ => 3 };
var time = new Command("time", "Times a network and prints one line of JSON. Retort.Bench starts this.") { model, threads, batch, repeat };
time.SetAction(parsed =>
{
    using BatchedModel file = BatchedModel.Of(parsed.GetRequiredValue(model), parsed.GetValue(batch));
    using var network = new OrtNetwork(file.Path, parsed.GetValue(threads), parsed.GetValue(batch));
    double seconds = network.MedianSeconds(parsed.GetValue(repeat));
    Console.WriteLine(new JsonObject
    {
        ["seconds"] = seconds,
        ["batch"] = parsed.GetValue(batch),
        ["threads"] = parsed.GetValue(threads),
        ["peak_rss_mb"] = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20),
        ["onnxruntime"] = OrtEnv.Instance().GetVersionString(),
    }.ToJsonString());
});
var root = new RootCommand("What ONNX Runtime makes of networks and detectors.") { time, Agreement.Verb() };

try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception failure) when (failure is RetortException or ImageException or OnnxRuntimeException or IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"Retort.Bench.OnnxRuntime: {failure.Message.ReplaceLineEndings(" ")}");
    return 1;
}
