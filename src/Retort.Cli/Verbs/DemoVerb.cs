using System.CommandLine;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Demo;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Methods;
using Retort.Reports;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>demo</c>: the whole loop on pictures the program draws itself.</summary>
internal sealed class DemoVerb : Verb
{
    /// <summary>Good test pictures for each defective one of a kind.</summary>
    private const int GoodShare = 3;

    private readonly Option<string> _out = new("--out") { Description = "The folder for pictures, detector, overlays and the page.", HelpName = "DIR", DefaultValueFactory = _ => "retort-demo" };
    private readonly Option<string> _part = CommonOptions.Choice("--part", DemoPart.All[0].Name, $"What the pictures show: {string.Join(", ", DemoPart.All.Select(p => p.Title))}.", [.. DemoPart.All.Select(p => p.Name)]);
    private readonly Option<int> _trainPictures = CommonOptions.Whole("--train-pictures", 1, 999, 150, "Good pictures to learn from.");
    private readonly Option<int> _testPictures = CommonOptions.Whole("--test-pictures", 1, 300, 6, "Test pictures of each kind of defect, and three times as many good ones.");
    private readonly Option<bool> _onlyData = new("--only-data") { Description = "Draw the pictures and stop: a dataset for train and evaluate." };
    private readonly Option<string> _method = CommonOptions.Method();
    private readonly Option<string> _preset = CommonOptions.Choice("--preset", "quick", "How long to train.", CommonOptions.Presets);
    private readonly Option<string?> _steps = CommonOptions.Text("--steps", "A[,B]", "Steps of each phase, instead of the preset's.");
    private readonly Option<string?> _teacher = CommonOptions.Teacher();
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint of a demo that was stopped." };
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _json = CommonOptions.Json("the metrics");

    public DemoVerb()
        : base("demo", "Draw pictures of parts, train on the good ones, find the defects of the others, show the results.", "retort demo")
    {
        Option[] options = [_out, _part, _trainPictures, _testPictures, _onlyData, _method, _preset, _steps, _teacher, _resume, _seed, _threads, _json];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        DemoPart part = DemoPart.Get(parsed.GetRequiredValue(_part));
        TrainingSettings settings = Read(parsed, part);
        bool onlyData = parsed.GetValue(_onlyData);
        if (!onlyData)
        {
            // Before anything is drawn: without its teacher there is nothing to train.
            TrainerTeacher.Find(settings, settings.CreateOptions());
        }

        JsonFile.Check(parsed.GetValue(_json));
        string folder = parsed.GetRequiredValue(_out);
        string data = Path.Combine(folder, part.Name);
        Draw(part, data, parsed, terminal, cancellation);
        if (onlyData)
        {
            terminal.Out.WriteLine($"{data}: pictures of {part.Title}; learn from them with");
            terminal.Out.WriteLine($"  retort train --data {ShellWord.Of(data)} --rotate {CommonOptions.WordOf(part.Rotation)} --out {part.Name}.retort");
            return ExitCode.Done;
        }

        AnomalyDataset dataset = AnomalyDataset.Open(data);
        string model = Path.Combine(folder, part.Name + ".retort");
        TrainingDisplay.WhileAsync(terminal, progress => Trainer.TrainAsync(dataset, settings, model, progress, cancellation)).GetAwaiter().GetResult();
        Show(part, dataset, model, folder, parsed, terminal, cancellation);
        return ExitCode.Done;
    }

    private TrainingSettings Read(ParseResult parsed, DemoPart part)
    {
        var settings = new TrainingSettings
        {
            Method = parsed.GetRequiredValue(_method),
            Preset = parsed.GetRequiredValue(_preset),
            Steps = parsed.GetValue(_steps) is { } text ? MethodArguments.Steps(text) ?? throw new UsageException(MethodArguments.StepsError(text)) : null,
            Rotation = part.Rotation,
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            Resume = parsed.GetValue(_resume),
            Teacher = parsed.GetValue(_teacher),
        };
        try
        {
            settings.CreateOptions();
            return settings;
        }
        catch (RetortException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private void Draw(DemoPart part, string data, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        int test = parsed.GetValue(_testPictures);
        var settings = new DemoSettings(parsed.GetValue(_trainPictures), GoodShare * test, test, parsed.GetValue(_seed));
        terminal.Note($"drawing {settings.CountOf(part)} pictures of {part.Title} into {data}");
        try
        {
            DemoData.Write(part, data, settings, new CountDisplay(terminal, settings.CountOf(part)), cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException("stopped while the pictures were drawn; the same command draws the others.");
        }
    }

    private void Show(DemoPart part, AnomalyDataset dataset, string model, string folder, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using Detector detector = Detector.Load(model, parsed.GetValue(_threads));
        string page = Path.Combine(folder, Report.FileName);
        var output = new InspectOutput(Path.Combine(folder, "found"), detector.Info.Thresholds);
        string next = $"""
            retort train --data FOLDER-OF-GOOD-PICTURES --out part.retort
            retort inspect --model part.retort --out found NEW-PICTURES
            retort inspect --model {ShellWord.Of(model)} {ShellWord.Of(Path.Combine(dataset.Root, "test", part.Defects[0]))}
            """;
        var settings = new ReportSettings
        {
            Title = $"Demo: {part.Title}",
            Introduction = $"The pictures were drawn by the program. From {Numbers.Count(detector.Info.Training.Pictures, "picture")} of good parts, and nothing else, "
                + $"the detector learned what such parts look like. It has never seen a defect.",
            Next = next,
            Made = DateTimeOffset.Now,
            Watch = e => output.Write(Path.ChangeExtension(e.Test.RelativePath, null), e.Picture, e.Map),
        };
        EvaluationResult result;
        try
        {
            result = Report.Write(page, detector, dataset, settings, new CountDisplay(terminal, dataset.Test.Count), cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped before all test pictures were inspected; {model} is complete, see retort report.");
        }

        EvaluationTable.Write(terminal.Out, result);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"results with pictures: {Path.GetFullPath(page)}");
        terminal.Out.WriteLine("next, with pictures of your own:");
        foreach (string line in next.ReplaceLineEndings("\n").Split('\n'))
        {
            terminal.Out.WriteLine("  " + line);
        }

        JsonFile.Write(parsed.GetValue(_json), result.ToJson());
    }
}
