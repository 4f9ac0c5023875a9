using System.CommandLine;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Networks.Plans;

namespace Retort.Cli.Verbs;

/// <summary><c>evaluate</c>: how good a detector is on a test set.</summary>
internal sealed class EvaluateVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _data = CommonOptions.Data("The test pictures: a folder with test/good, test/<defect> and ground_truth/<defect>, or a list of pictures (.csv, .json, .jsonl).");
    private readonly Option<string?> _maps = CommonOptions.Text("--maps", "DIR", "Write each picture's anomaly map (.npy) and scores.csv into this folder.");
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("the metrics");

    public EvaluateVerb()
        : base("evaluate", "Measure a detector on test pictures.", "retort evaluate --model bottle.retort --data parts/bottle --json bottle.json")
    {
        Add(_model);
        Add(_data);
        Add(_maps);
        Add(_badPictures);
        Add(_threads);
        Add(_memoryPolicy);
        Add(_json);
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
        var settings = new EvaluationSettings { MapsFolder = parsed.GetValue(_maps), BadPictures = parsed.GetChoice<BadPicturePolicy>(_badPictures) };
        EvaluationResult result;
        try
        {
            result = Evaluator.Evaluate(detector, dataset, settings, new CountDisplay(terminal, dataset.Test.Count), cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException("stopped before all test pictures were inspected; there are no metrics.");
        }

        foreach (string warning in result.Warnings)
        {
            terminal.Warn(warning);
        }

        EvaluationTable.Write(terminal.Out, result);
        JsonFile.Write(parsed.GetValue(_json), result.ToJson());
        return ExitCode.Done;
    }
}
