using System.CommandLine;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Networks.Plans;
using Retort.Reports;

namespace Retort.Cli.Verbs;

/// <summary><c>report</c>: how good a detector is on a test set, and what it found, as a page to look at.</summary>
internal sealed class ReportVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _data = CommonOptions.Data("The test pictures: a folder with test/good, test/<defect> and ground_truth/<defect>, or a list of pictures (.csv, .json, .jsonl).");
    private readonly Option<string> _out = CommonOptions.Required("--out", "DIR", $"The folder for the page, {Report.FileName}; it is made if it is not there.");
    private readonly Option<string?> _title = CommonOptions.Text("--title", "TEXT", "The heading of the page. [default: the name of the data folder]");
    private readonly Option<int?> _pictureSize = CommonOptions.OptionalWhole("--picture-size", 32, 2048, "The longest side of the pictures on the page, in pixels. [default: what keeps the page below some 20 MB, 192 to 640]");
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("the metrics");

    public ReportVerb()
        : base("report", "Show on one page how good a detector is on test pictures, and what it found.", "retort report --model bottle.retort --data parts/bottle --out bottle-report")
    {
        Option[] options = [_model, _data, _out, _title, _pictureSize, _badPictures, _threads, _memoryPolicy, _json];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        AnomalyDataset dataset = AnomalyDataset.Open(parsed.GetRequiredValue(_data));
        foreach (string warning in dataset.Warnings)
        {
            terminal.Warn(warning);
        }

        using Detector detector = Detector.Load(parsed.GetRequiredValue(_model), parsed.GetValue(_threads), parsed.GetChoice<MemoryPolicy>(_memoryPolicy));
        var settings = new ReportSettings
        {
            Title = parsed.GetValue(_title),
            PictureSide = parsed.GetValue(_pictureSize),
            BadPictures = parsed.GetChoice<BadPicturePolicy>(_badPictures),
            Made = DateTimeOffset.Now,
        };
        string folder = parsed.GetRequiredValue(_out);
        string page = Path.Combine(OutputFolder.Make($"--out {folder}", folder), Report.FileName);
        EvaluationResult result;
        try
        {
            result = Report.Write(page, detector, dataset, settings, new CountDisplay(terminal, dataset.Test.Count), cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException("stopped before all test pictures were inspected; there is no report.");
        }

        foreach (string warning in result.Warnings)
        {
            terminal.Warn(warning);
        }

        EvaluationTable.Write(terminal.Out, result);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine($"report: {Path.GetFullPath(page)}");
        JsonFile.Write(parsed.GetValue(_json), result.ToJson());
        return ExitCode.Done;
    }
}
