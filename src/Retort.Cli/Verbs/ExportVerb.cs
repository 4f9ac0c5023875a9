using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Retort.Cli.Display;
using Retort.Detectors;
using Retort.Export;
using Retort.Networks.Onnx;

namespace Retort.Cli.Verbs;

/// <summary><c>export</c>: a detector as an ONNX model that other programs run without Retort.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _onnx = CommonOptions.Required("--onnx", "FILE", "The ONNX file to write.");
    private readonly Option<string?> _json = CommonOptions.Json("what was written and how it was checked");

    public ExportVerb()
        : base("export", "Write a detector as an ONNX model, from 8-bit pictures to verdicts.", "retort export --model bottle.retort --onnx bottle.onnx")
    {
        Add(_model);
        Add(_onnx);
        Add(_json);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_model);
        string onnx = parsed.GetRequiredValue(_onnx);
        if (Path.GetFullPath(onnx) == Path.GetFullPath(path))
        {
            throw new UsageException($"--onnx {onnx}: this is the detector itself; give another name.");
        }

        JsonFile.Check(parsed.GetValue(_json));
        DetectorFile file = DetectorFile.Read(path);
        int size = file.Info.Size;
        OnnxRuntimeCheck? check = null;
        OnnxDetector.Write(file, onnx, written =>
        {
            if (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException("stopped before the model was checked; nothing was written.");
            }

            check = OnnxRuntimeCheck.Run(written, file.SelfTest, size);
            if (check is { Result.Passed: false })
            {
                throw new RetortException(
                    $"{onnx}: in ONNX Runtime {check.Version} the model's map differs by {Numbers.Short(check.Result.MapDifference)} from the detector's own, "
                    + $"more than the allowed {Numbers.Short(check.Result.Tolerance)}; it was not kept: report this.");
            }
        });

        long bytes = new FileInfo(onnx).Length;
        string megabytes = (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
        terminal.Out.WriteLine($"model       {onnx} ({megabytes} MB, ONNX operator set {OnnxModel.OperatorSet})");
        terminal.Out.WriteLine($"input       {OnnxDetector.Pictures}: 8-bit RGB [N, H, W, 3], resized to {size} x {size} within the model");
        terminal.Out.WriteLine($"outputs     {OnnxDetector.Map} [N, {size}, {size}], {OnnxDetector.Score} [N], {OnnxDetector.NormalizedScore} [N], {OnnxDetector.Verdict} [N]");
        terminal.Out.WriteLine(check == null
            ? $"self-test   not run: there is no ONNX Runtime {OnnxRuntimeCheck.Oldest} or newer here ({OnnxRuntimeCheck.Variable} may name its library); the model holds what it must give"
            : $"self-test   passed in ONNX Runtime {check.Version}: the map differs by at most {Numbers.Short(check.Result.MapDifference)}, "
                + $"the score by {Numbers.Short(check.Result.ScoreDifference)} (allowed {Numbers.Short(check.Result.Tolerance)})");
        JsonFile.Write(parsed.GetValue(_json), new JsonObject
        {
            ["onnx"] = onnx,
            ["bytes"] = bytes,
            ["checked_by"] = check == null ? null : $"ONNX Runtime {check.Version}",
            ["map_difference"] = check?.Result.MapDifference,
            ["score_difference"] = check?.Result.ScoreDifference,
            ["tolerance"] = check?.Result.Tolerance,
        });
        return ExitCode.Done;
    }
}
