using System.CommandLine;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Networks.Plans;

namespace Retort.Cli.Verbs;

/// <summary><c>inspect</c>: what is wrong with pictures, and where.</summary>
internal sealed class InspectVerb : Verb
{
    /// <summary>Pictures in the works at a time: one in the model, one being read or written.</summary>
    private const int InTheWorks = 2;

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Pictures, and folders of pictures.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _out = CommonOptions.Text("--out", "DIR", "Write an overlay (.jpg) and the anomaly map (.npy) of each picture into this folder.");
    private readonly Option<bool> _failOnAnomaly = new("--fail-on-anomaly") { Description = "End with exit code 3 if a picture is anomalous." };
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Skip, "; if one was skipped, the exit code is 1");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("scores, verdicts and regions");

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
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        IReadOnlyList<InspectInput> inputs = InspectInput.Find(parsed.GetRequiredValue(_paths));
        using Detector detector = Detector.Load(parsed.GetRequiredValue(_model), parsed.GetValue(_threads), parsed.GetChoice<MemoryPolicy>(_memoryPolicy));
        InspectOutput? output = parsed.GetValue(_out) is { } folder ? new InspectOutput(folder, detector.Info.Thresholds) : null;
        var found = new List<Inspection>();
        var failed = new JsonArray();
        var table = new Columns("picture", "score", "verdict", "regions");
        var display = new CountDisplay(terminal, inputs.Count);
        try
        {
            foreach ((Inspection? inspection, ImageException? failure) in InspectAll(detector, inputs, output, cancellation))
            {
                display.Report(found.Count + failed.Count + 1);
                if (inspection is not null)
                {
                    found.Add(inspection);
                    table.Add(inspection.Path!, Numbers.Short(inspection.Score), Word(inspection.Verdict), $"{inspection.Regions.Count}");
                    continue;
                }

                if (parsed.GetChoice<BadPicturePolicy>(_badPictures) == BadPicturePolicy.Stop)
                {
                    ExceptionDispatchInfo.Throw(failure!);
                }

                terminal.Error.WriteLine("left out: " + failure!.Message.ReplaceLineEndings(" "));
                failed.Add((JsonNode)failure.Message);
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
        JsonFile.Write(parsed.GetValue(_json), ToJson(detector, found, failed));
        return failed.Count > 0
            ? throw new RetortException($"{failed.Count} of {Numbers.Count(inputs.Count, "picture")} could not be read; mend those named above or leave them out.")
            : anomalous > 0 && parsed.GetValue(_failOnAnomaly) ? ExitCode.AnomalyFound : ExitCode.Done;
    }

    /// <summary>Inspects the pictures in their order; the next one is read while the model looks at this one.</summary>
    private static IEnumerable<(Inspection? Inspection, ImageException? Failure)> InspectAll(
        Detector detector, IReadOnlyList<InspectInput> inputs, InspectOutput? output, CancellationToken cancellation)
    {
        ParallelQuery<(Inspection?, ImageException?)> results = inputs.AsParallel().AsOrdered()
            .WithDegreeOfParallelism(InTheWorks)
            .WithMergeOptions(ParallelMergeOptions.NotBuffered)
            .WithCancellation(cancellation)
            .Select(input => InspectOne(detector, input, output));
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

    private static (Inspection? Inspection, ImageException? Failure) InspectOne(Detector detector, InspectInput input, InspectOutput? output)
    {
        RgbImage picture;
        try
        {
            picture = ImageFile.Decode(input.Path);
        }
        catch (ImageException failure)
        {
            return (null, failure);
        }

        Inspection inspection = detector.Inspect(picture) with { Path = input.Path };
        output?.Write(input.Name, picture, inspection.Map);
        return (inspection, null);
    }

    private static string Word(Verdict verdict) => verdict == Verdict.Good ? "good" : "anomalous";

    private static JsonObject ToJson(Detector detector, IEnumerable<Inspection> found, JsonArray failed) => new()
    {
        ["threshold"] = detector.Info.Thresholds.Image,
        ["pixel_threshold"] = detector.Info.Thresholds.Pixel,
        ["pictures"] = new JsonArray([.. found.Select(ToJson)]),
        ["failed"] = failed,
    };

    private static JsonObject ToJson(Inspection inspection) => new()
    {
        ["path"] = inspection.Path,
        ["width"] = inspection.Width,
        ["height"] = inspection.Height,
        ["score"] = float.IsFinite(inspection.Score) ? inspection.Score : null,
        ["verdict"] = Word(inspection.Verdict),
        ["regions"] = new JsonArray([.. inspection.Regions.Select(r => new JsonObject
        {
            ["x"] = r.X,
            ["y"] = r.Y,
            ["width"] = r.Width,
            ["height"] = r.Height,
            ["area"] = r.Area,
            ["peak"] = r.Peak,
            ["mean"] = r.Mean,
        })]),
        ["milliseconds"] = Math.Round(inspection.Elapsed.TotalMilliseconds, 3),
    };
}
