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

    /// <summary>The largest <c>--min-area</c>: no picture has more pixels.</summary>
    private const double LargestArea = 1e12;

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Pictures, and folders of pictures; - for a list on standard input, a path a line.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _out = CommonOptions.Text("--out", "DIR", "Write an overlay (.jpg) and the anomaly map (.npy) of each picture into this folder.");
    private readonly Option<double> _minArea = CommonOptions.Number("--min-area", "PIXELS", 0, LargestArea, 0, "Leave out regions of fewer pixels of the picture. Scores and verdicts do not depend on it.");
    private readonly Option<bool> _failOnAnomaly = new("--fail-on-anomaly") { Description = "End with exit code 3 if a picture is anomalous; the same as --fail-on anomalous." };
    private readonly Option<string> _failOn = CommonOptions.Choice("--fail-on", "nothing", "End with exit code 3 if a picture is anomalous, or if one is uncertain or anomalous.", "nothing", "anomalous", "uncertain");
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Skip, "; if one was skipped, the exit code is 1");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("scores, verdicts and regions");
    private readonly Option<string?> _csv = CommonOptions.Text("--csv", "FILE", "Also write them to this file as comma-separated values, a line a region.");
    private readonly Option<string?> _coco = CommonOptions.Text("--coco", "FILE", "Also write the regions to this file as annotations in the JSON of COCO.");
    private readonly LayoutOptions _layout = new(", instead of what the detector was trained with");
    private readonly StreamOptions _stream = new();

    public InspectVerb()
        : base("inspect", "Score pictures, and show where they depart from the good ones.", "retort inspect --model bottle.retort --out found --fail-on-anomaly new-pictures/")
    {
        Add(_paths);
        Add(_model);
        Add(_out);
        Add(_minArea);
        Add(_failOnAnomaly);
        Add(_failOn);
        Add(_badPictures);
        Add(_threads);
        Add(_memoryPolicy);
        Add(_json);
        Add(_csv);
        Add(_coco);
        _stream.AddTo(this);
        _layout.AddTo(this);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        TextFile.Check(parsed.GetValue(_csv), "--csv ");
        TextFile.Check(parsed.GetValue(_coco), "--coco ");
        string[] paths = parsed.GetValue(_paths) ?? [];
        bool stream = _stream.AreForStream(parsed, paths, _out, _json, _csv, _coco);
        IReadOnlyList<InspectInput> inputs = stream ? [] : InspectInput.Find(paths);
        using FindingsSink? sink = _stream.OpenSink(parsed);
        using Detector detector = Load(parsed, terminal);
        InspectOutput? output = parsed.GetValue(_out) is { } folder ? new InspectOutput(folder, detector.Info.Thresholds) : null;
        var inspector = new PictureInspector(detector, output, parsed.GetValue(_minArea));
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
        terminal.Note(Summary(stream.Inspected, stream.Anomalous, stream.Uncertain, detector.Info.Thresholds));
        return Code(parsed, stream.Anomalous, stream.Uncertain);
    }

    private int RunPaths(
        ParseResult parsed, IReadOnlyList<InspectInput> inputs, PictureInspector inspector, FindingsSink? sink, Detector detector, Terminal terminal, CancellationToken cancellation)
    {
        var found = new List<Inspection>();
        var failed = new List<string>();
        var table = new Columns("picture", "score", "normalised", "verdict", "regions");
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
                    table.Add(
                        OneLine.Of(inspection.Path!),
                        Numbers.Short(inspection.Score),
                        Numbers.Fraction(inspection.NormalizedScore),
                        CommonOptions.WordOf(inspection.Verdict),
                        $"{inspection.Regions.Count}");
                    continue;
                }

                if (parsed.GetChoice<BadPicturePolicy>(_badPictures) == BadPicturePolicy.Stop)
                {
                    ExceptionDispatchInfo.Throw(failure!);
                }

                terminal.Error.WriteLine("left out: " + OneLine.Of(failure!.Message));
                sink?.AddFailure(inputs[found.Count + failed.Count].Path, failure.Message);
                failed.Add(failure.Message);
            }
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped after {found.Count} of {Numbers.Count(inputs.Count, "picture")}.");
        }

        int anomalous = found.Count(i => i.Verdict == Verdict.Anomalous), uncertain = found.Count(i => i.Verdict == Verdict.Uncertain);
        table.WriteTo(terminal.Out);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(Summary(found.Count, anomalous, uncertain, detector.Info.Thresholds));
        JsonFile.Write(parsed.GetValue(_json), FindingsJson.Create(detector.Info.Thresholds, found, failed));
        JsonFile.Write(parsed.GetValue(_coco), FindingsCoco.Create(found), "--coco ");
        if (parsed.GetValue(_csv) is { } csv)
        {
            TextFile.Write(csv, FindingsCsv.Create(found), "--csv ");
        }

        return failed.Count > 0
            ? throw new RetortException($"{failed.Count} of {Numbers.Count(inputs.Count, "picture")} could not be read; mend those named above or leave them out.")
            : Code(parsed, anomalous, uncertain);
    }

    private static string Summary(int pictures, int anomalous, int uncertain, Thresholds thresholds) =>
        $"{anomalous} of {Numbers.Count(pictures, "picture")} anomalous (threshold {Numbers.Short(thresholds.Image)}), {uncertain} uncertain (from {Numbers.Short(thresholds.Uncertain)})";

    private int Code(ParseResult parsed, int anomalous, int uncertain)
    {
        string failOn = parsed.GetRequiredValue(_failOn);
        bool alarm = failOn == "uncertain" ? anomalous + uncertain > 0 : anomalous > 0 && (failOn == "anomalous" || parsed.GetValue(_failOnAnomaly));
        return alarm ? ExitCode.AnomalyFound : ExitCode.Done;
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
