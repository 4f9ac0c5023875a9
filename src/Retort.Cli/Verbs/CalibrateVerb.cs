using System.CommandLine;
using System.Text.Json.Nodes;
using Retort.Calibration;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Networks.Plans;

namespace Retort.Cli.Verbs;

/// <summary><c>calibrate</c>: sets a detector's thresholds anew. Weights and self-test stay as they are.</summary>
internal sealed class CalibrateVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _data = CommonOptions.Data(
        "Good pictures that were not trained on: a folder of them, a dataset with train/good or test, or a list of pictures (.csv, .json, .jsonl). Of the dataset that was trained on, those held back and the test pictures are used.");

    private readonly Option<string?> _out = CommonOptions.Text("--out", "FILE", "Write the detector with the new thresholds here, instead of in its place.");
    private readonly Option<double> _targetRate = CalibrationOptions.TargetRate();
    private readonly Option<double?> _uncertainRate = CalibrationOptions.UncertainRate();
    private readonly Option<string?> _maximise = CommonOptions.OptionalChoice("--maximise", "Set the threshold for the largest F1 on good and defective test pictures instead.", "f1");
    private readonly Option<double?> _recall = CommonOptions.OptionalNumber("--recall", "SHARE", 0.01, 1, 0.99, "Set the threshold so that this share of the defective test pictures reaches it instead.");
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _memoryPolicy = CommonOptions.MemoryPolicy();
    private readonly Option<string?> _json = CommonOptions.Json("the thresholds");

    public CalibrateVerb()
        : base("calibrate", "Set a detector's thresholds anew, without training.", "retort calibrate --model bottle.retort --data more-good-pictures/ --target-fpr 0.01")
    {
        Option[] options = [_model, _data, _out, _targetRate, _uncertainRate, _maximise, _recall, _badPictures, _threads, _memoryPolicy, _json];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        CalibrationSettings settings = Read(parsed);
        string path = parsed.GetRequiredValue(_model), outPath = parsed.GetValue(_out) ?? path;
        JsonFile.Check(parsed.GetValue(_json));
        TextFile.Check(parsed.GetValue(_out), "--out ");
        AnomalyDataset dataset = AnomalyDataset.Open(parsed.GetRequiredValue(_data));
        foreach (string warning in dataset.Warnings)
        {
            terminal.Warn(warning);
        }

        CalibrationPictures pictures = CalibrationPictures.Find(dataset, DetectorFile.ReadInfo(path));
        foreach (string note in pictures.Notes)
        {
            terminal.Note(note);
        }

        if (settings.Goal != CalibrationGoal.FalsePositiveRate && pictures.Defective.Count == 0)
        {
            terminal.Warn($"{dataset.Root}: there are no defective pictures, so the threshold is set for a false-positive rate of {Numbers.Share(settings.FalsePositiveRate)} instead.");
        }

        Thresholds thresholds = Measure(path, pictures, settings, parsed, terminal, cancellation);
        Calibrator.Apply(path, outPath, thresholds);
        Show(outPath, thresholds, parsed, terminal);
        return ExitCode.Done;
    }

    private CalibrationSettings Read(ParseResult parsed)
    {
        double? recall = parsed.GetValue(_recall);
        bool maximise = parsed.GetValue(_maximise) is not null;
        if (maximise && recall is not null)
        {
            throw new UsageException("--maximise and --recall: the threshold cannot be set for both; give one of them.");
        }

        return CalibrationOptions.Validate(CalibrationOptions.Read(parsed, _targetRate, _uncertainRate) with
        {
            Goal = maximise ? CalibrationGoal.F1 : recall is not null ? CalibrationGoal.Recall : CalibrationGoal.FalsePositiveRate,
            Recall = recall ?? 1,
        });
    }

    private Thresholds Measure(string path, CalibrationPictures pictures, CalibrationSettings settings, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using Detector detector = Detector.Load(path, parsed.GetValue(_threads), parsed.GetChoice<MemoryPolicy>(_memoryPolicy));
        IReadOnlyList<string> defective = settings.Goal == CalibrationGoal.FalsePositiveRate ? [] : pictures.Defective;
        BadPicturePolicy policy = parsed.GetChoice<BadPicturePolicy>(_badPictures);
        try
        {
            PictureScores good = Calibrator.Score(detector, pictures.Good, policy, LeaveOut, new CountDisplay(terminal, pictures.Good.Count), cancellation);
            PictureScores bad = Calibrator.Score(detector, defective, policy, LeaveOut, new CountDisplay(terminal, defective.Count), cancellation);
            RequireSpread(parsed.GetRequiredValue(_data), good);
            return Calibrator.SetThresholds(good, bad, settings, pictures.Source);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"stopped before all pictures were inspected; {path} is as it was.");
        }

        void LeaveOut(string picture, ImageException why) => terminal.Error.WriteLine("left out: " + OneLine.Of(why.Message));
    }

    private static void RequireSpread(string data, PictureScores good)
    {
        if (good.Scores.Count == 0)
        {
            throw new RetortException($"{data}: none of the good pictures can be read; check that they are pictures.");
        }

        if (good.Scores.Count > 1 && good.Scores.Distinct().Count() == 1)
        {
            throw new RetortException(
                $"{data}: all {good.Scores.Count} good pictures have the same score ({Numbers.Short(good.Scores[0])}), so nothing tells how far good ones may differ; give pictures of different parts, not copies of one.");
        }
    }

    private void Show(string outPath, Thresholds thresholds, ParseResult parsed, Terminal terminal)
    {
        terminal.Out.WriteLine($"{"detector",-11} {outPath}");
        foreach ((string name, string value) in ThresholdLines.Of(thresholds))
        {
            terminal.Out.WriteLine($"{name,-11} {value}");
        }

        foreach (string warning in thresholds.Basis.Warnings)
        {
            terminal.Warn(warning);
        }

        JsonFile.Write(parsed.GetValue(_json), new JsonObject
        {
            ["detector"] = outPath,
            ["thresholds"] = thresholds.ToJson(),
            ["warnings"] = new JsonArray([.. thresholds.Basis.Warnings.Select(w => JsonValue.Create(w))]),
        });
    }
}
