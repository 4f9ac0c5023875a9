using System.CommandLine;
using System.Runtime.ExceptionServices;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Findings;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Networks.Plans;

namespace Retort.Cli.Verbs;

/// <summary><c>inspect</c>: what is wrong with pictures, and where.</summary>
internal sealed class InspectVerb : Verb
{
    /// <summary>Pictures in the works at a time: one in the model, one being read or written.</summary>
    private const int InTheWorks = 2;

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Pictures, and folders of pictures; - for a list on standard input, a path a line.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _out = CommonOptions.Text("--out", "DIR", "Write an overlay (.jpg) and the anomaly map (.npy) of each picture into this folder.");
    private readonly Option<bool> _failOnAnomaly = new("--fail-on-anomaly") { Description = "End with exit code 3 if a picture is anomalous." };
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Skip, "; if one was skipped, the exit code is 1");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("scores, verdicts and regions");
    private readonly LayoutOptions _layout = new(", instead of what the detector was trained with");
    private readonly StreamOptions _stream = new();

    public InspectVerb()
        : base("inspect", "Score pictures, and show where they depart from the good ones.", "retort inspect --model bottle.retort --out found --fail-on-anomaly new-pictures/")
    {
        Add(_paths);
        Add(_model);
        Add(_out);
        Add(_failOnAnomaly);
        Add(_badPictures);
        Add(_threads);
        Add(_memoryPolicy);
        Add(_json);
        _stream.AddTo(this);
        _layout.AddTo(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        string[] paths = parsed.GetValue(_paths) ?? [];
        bool stream = _stream.AreForStream(parsed, paths, _out, _json);
        IReadOnlyList<InspectInput> inputs = stream ? [] : InspectInput.Find(paths);
        using FindingsSink? sink = _stream.OpenSink(parsed);
        using Detector detector = Load(parsed, terminal);
        InspectOutput? output = parsed.GetValue(_out) is { } folder ? new InspectOutput(folder, detector.Info.Thresholds) : null;
        var inspector = new PictureInspector(detector, output);
        return stream ? RunStream(parsed, inspector, sink, detector, terminal, cancellation) : RunPaths(parsed, inputs, inspector, sink, detector, terminal, cancellation);
    }

    private Detector Load(ParseResult parsed, Terminal terminal)
    {
        string model = parsed.GetRequiredValue(_model);
        PictureLayout? layout = _layout.AreGiven(parsed) ? _layout.Read(parsed, DetectorFile.ReadInfo(model).Layout) : null;
        Detector detector = Detector.Load(model, parsed.GetValue(_threads), parsed.GetChoice<MemoryPolicy>(_memoryPolicy), layout);
        if (detector.Layout.Tiling?.Side != detector.Info.Layout.Tiling?.Side)
        {
            terminal.Warn($"--tile: the thresholds of {model} were set on {(detector.Info.Layout.Tiling is { } trained ? $"tiles of {trained.Side} pixels" : "whole pictures")} and may not fit these tiles.");
        }

        return detector;
    }

    private int RunStream(ParseResult parsed, PictureInspector inspector, FindingsSink? sink, Detector detector, Terminal terminal, CancellationToken cancellation)
    {
        var stream = new InspectStream(inspector, terminal, sink, parsed.GetChoice<BadPicturePolicy>(_badPictures));
        _stream.Run(parsed, stream, terminal, cancellation);
        terminal.Note($"{stream.Anomalous} of {Numbers.Count(stream.Inspected, "picture")} anomalous (threshold {Numbers.Short(detector.Info.Thresholds.Image)})");
        return stream.Anomalous > 0 && parsed.GetValue(_failOnAnomaly) ? ExitCode.AnomalyFound : ExitCode.Done;
    }

    private int RunPaths(
        ParseResult parsed, IReadOnlyList<InspectInput> inputs, PictureInspector inspector, FindingsSink? sink, Detector detector, Terminal terminal, CancellationToken cancellation)
    {
        var found = new List<Inspection>();
        var failed = new List<string>();
        var table = new Columns("picture", "score", "verdict", "regions");
        var display = new CountDisplay(terminal, inputs.Count);
        try
        {
            foreach ((Inspection? inspection, ImageException? failure) in InspectAll(inspector, inputs, cancellation))
            {
                display.Report(found.Count + failed.Count + 1);
                if (inspection is not null)
                {
                    found.Add(inspection);
                    sink?.Add(inspection);
                    table.Add(inspection.Path!, Numbers.Short(inspection.Score), CommonOptions.WordOf(inspection.Verdict), $"{inspection.Regions.Count}");
                    continue;
                }

                if (parsed.GetChoice<BadPicturePolicy>(_badPictures) == BadPicturePolicy.Stop)
                {
                    ExceptionDispatchInfo.Throw(failure!);
                }

                terminal.Error.WriteLine("left out: " + failure!.Message.ReplaceLineEndings(" "));
                sink?.AddFailure(inputs[found.Count + failed.Count].Path, failure.Message);
                failed.Add(failure.Message);
            }
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped after {found.Count} of {Numbers.Count(inputs.Count, "picture")}.");
        }

        int anomalous = found.Count(i => i.Verdict == Verdict.Anomalous);
        table.WriteTo(terminal.Out);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"{anomalous} of {Numbers.Count(found.Count, "picture")} anomalous (threshold {Numbers.Short(detector.Info.Thresholds.Image)})");
        JsonFile.Write(parsed.GetValue(_json), FindingsJson.Create(detector.Info.Thresholds, found, failed));
        return failed.Count > 0
            ? throw new RetortException($"{failed.Count} of {Numbers.Count(inputs.Count, "picture")} could not be read; mend those named above or leave them out.")
            : anomalous > 0 && parsed.GetValue(_failOnAnomaly) ? ExitCode.AnomalyFound : ExitCode.Done;
    }

    /// <summary>Inspects the pictures in their order; the next one is read while the model looks at this one.</summary>
    private static IEnumerable<(Inspection? Inspection, ImageException? Failure)> InspectAll(
        PictureInspector inspector, IReadOnlyList<InspectInput> inputs, CancellationToken cancellation)
    {
        ParallelQuery<(Inspection?, ImageException?)> results = inputs.AsParallel().AsOrdered()
            .WithDegreeOfParallelism(InTheWorks)
            .WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .WithCancellation(cancellation)
            .Select(input => inspector.Inspect(input, cancellation));
        using IEnumerator<(Inspection?, ImageException?)> enumerator = results.GetEnumerator();
        while (true)
        {
            try
            {
                if (!enumerator.MoveNext())
                {
                    yield break;
                }
            }
            catch (AggregateException several)
            {
                ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
            }

            yield return enumerator.Current;
        }
    }
}
