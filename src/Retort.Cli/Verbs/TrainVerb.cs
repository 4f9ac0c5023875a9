using System.CommandLine;
using System.CommandLine.Parsing;
using Retort.Calibration;
using Retort.Cli.Display;
using Retort.Corruption;
using Retort.Data;
using Retort.Detectors;
using Retort.Layouts;
using Retort.Methods;
using Retort.Training;
using Retort.Training.Logs;

namespace Retort.Cli.Verbs;

/// <summary><c>train</c>: makes a detector from pictures of good parts.</summary>
internal sealed class TrainVerb : Verb
{
    private const double MinutesOfADay = 24 * 60;
    private const int MostTiles = 1 << 20;

    private readonly Option<string> _data = CommonOptions.Data("The pictures to learn from: a folder with train/good (MVTec AD's layout), a folder of good pictures, or a list of pictures (.csv, .json, .jsonl).");
    private readonly Option<string> _out = CommonOptions.Required("--out", "FILE", "The detector file to write.");
    private readonly Option<string> _method = CommonOptions.Method();
    private readonly Option<string> _preset = CommonOptions.Choice("--preset", "balanced", "How long to train, and other options of the method to start from.", CommonOptions.Presets);
    private readonly Option<int[]?> _steps = StepsOption();
    private readonly Option<int?> _batch = CommonOptions.OptionalWhole("--batch", 1, CommonOptions.MostPictures, "Pictures per step, instead of the preset's.");
    private readonly Option<int?> _size = CommonOptions.OptionalWhole("--size", 1, CommonOptions.MostPixels, "The side of the input in pixels, instead of the preset's; pictures are resized to this square.");
    private readonly Option<string?> _textures = CommonOptions.Text("--textures", "DIR", "Pictures to make synthetic anomalies from; without it Retort draws textures itself.");
    private readonly Option<string?> _teacher = CommonOptions.Teacher();
    private readonly Option<string> _rotate = CommonOptions.Choice("--rotate", "none", "How pictures may be turned: not at all, by up to 5 degrees, or by quarter turns and up to 5 degrees.", [.. Enum.GetValues<Rotation>().Select(CommonOptions.WordOf)]);
    private readonly Option<string[]> _set = CommonOptions.Several("--set", "NAME=VALUE", "Set an option of the method; may be given several times.");
    private readonly LayoutOptions _layout = new();
    private readonly Option<int?> _tiles = CommonOptions.OptionalWhole("--tiles", 1, MostTiles, "The most tiles to train on; of more, as many are drawn at random. Else 4096, or fewer where the input is large.");
    private readonly Option<double> _heldBack = CommonOptions.Number("--held-back", "SHARE", 0, 0.5, TrainingSettings.DefaultHeldBack, "The share of good pictures that is not trained on but sets the thresholds.");
    private readonly Option<double> _targetRate = CalibrationOptions.TargetRate();
    private readonly Option<double?> _uncertainRate = CalibrationOptions.UncertainRate();
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint beside the output, if there is one." };
    private readonly Option<double> _checkpointEvery = CommonOptions.Number("--checkpoint-every", "MIN", 0, MinutesOfADay, 5, "Write a checkpoint every so many minutes; 0 for every step.");
    private readonly Option<int> _memory = CommonOptions.Whole("--memory", 0, 1 << 20, 1024, "How many megabytes of decoded pictures to keep.");
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _log = CommonOptions.Text("--log", "FILE", "Also write the learning curves to this file, a line of JSON a step.");
    private readonly Option<string?> _tensorBoard = CommonOptions.Text("--tensorboard", "DIR", "Also write the learning curves into this folder, for TensorBoard.");
    private readonly Option<string?> _json = CommonOptions.Json("the detector's description");

    public TrainVerb()
        : base("train", "Learn from pictures of good parts.", "retort train --method destseg --data parts/bottle --out bottle.retort")
    {
        Option[] options =
        [
            _data, _out, _method, _preset, _steps, _batch, _size, _textures, _teacher, _rotate, _set, _heldBack,
            _targetRate, _uncertainRate, _badPictures, _resume, _checkpointEvery, _memory, _seed, _threads, _log, _tensorBoard, _json,
        ];
        foreach (Option option in options)
        {
            Add(option);
        }

        _layout.AddTo(this);
        Add(_tiles);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        TrainingSettings settings = Read(parsed);
        string path = parsed.GetRequiredValue(_out);
        JsonFile.Check(parsed.GetValue(_json));
        AnomalyDataset dataset = AnomalyDataset.Open(parsed.GetRequiredValue(_data));
        foreach (string warning in dataset.Warnings)
        {
            terminal.Warn(warning);
        }

        TrainingSummary summary = Train(terminal, progress => Trainer.TrainAsync(dataset, settings, path, progress, cancellation), parsed);
        DetectorInfo info = DetectorFile.ReadInfo(path);
        terminal.Out.WriteLine($"{path}: {info.Method}, trained on {(summary.Tiles is { } tiles ? Numbers.Count(tiles, "tile") + " of " : "")}{Numbers.Count(summary.Pictures, "picture")} in {Numbers.Time(TimeSpan.FromSeconds(summary.Seconds))} ({Numbers.Percent(summary.WaitingShare)} % waiting for pictures)");
        ThresholdLines.Write(terminal.Out, info.Thresholds);
        JsonFile.Write(parsed.GetValue(_json), info.ToJson());
        return ExitCode.Done;
    }

    private TrainingSummary Train(Terminal terminal, Func<IProgress<TrainingProgress>?, Task<TrainingSummary>> train, ParseResult parsed)
    {
        bool resume = parsed.GetValue(_resume);
        using StepLog? lines = parsed.GetValue(_log) is { } file ? new JsonLinesLog(file, resume) : null;
        using StepLog? events = parsed.GetValue(_tensorBoard) is { } folder ? new TensorBoardLog(folder, resume) : null;
        StepLog[] logs = [.. new[] { lines, events }.OfType<StepLog>()];
        return TrainingDisplay.WhileAsync(terminal, display => train(new LoggedProgress(display, logs))).GetAwaiter().GetResult();
    }

    private TrainingSettings Read(ParseResult parsed)
    {
        var settings = new TrainingSettings
        {
            Method = parsed.GetRequiredValue(_method),
            Preset = parsed.GetRequiredValue(_preset),
            // An array option that was not given is empty, not null.
            Steps = parsed.GetValue(_steps) is { Length: > 0 } steps ? steps : null,
            Batch = parsed.GetValue(_batch),
            Size = parsed.GetValue(_size),
            MethodOptions = [.. (parsed.GetValue(_set) ?? []).Select(a => MethodArguments.Assignment("--set", a))],
            Teacher = parsed.GetValue(_teacher),
            Textures = parsed.GetValue(_textures),
            Rotation = parsed.GetChoice<Rotation>(_rotate),
            Layout = _layout.Read(parsed, PictureLayout.Whole),
            Tiles = parsed.GetValue(_tiles),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            HeldBack = parsed.GetValue(_heldBack),
            Calibration = CalibrationOptions.Read(parsed, _targetRate, _uncertainRate),
            BadPictures = parsed.GetChoice<BadPicturePolicy>(_badPictures),
            Resume = parsed.GetValue(_resume),
            CheckpointEvery = TimeSpan.FromMinutes(parsed.GetValue(_checkpointEvery)),
            MemoryBudget = (long)parsed.GetValue(_memory) << 20,
        };
        if (settings.Tiles is not null && settings.Layout.Tiling is null)
        {
            throw new UsageException($"--tiles {settings.Tiles}: pictures are not cut into tiles; give --tile too.");
        }

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

    private static Option<int[]?> StepsOption() => new("--steps")
    {
        Description = "Steps of each phase, instead of the preset's.",
        HelpName = "A[,B]",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            int[]? steps = MethodArguments.Steps(result.Tokens[0].Value);
            if (steps is null)
            {
                result.AddError(MethodArguments.StepsError(result.Tokens[0].Value));
            }

            return steps;
        },
    };
}
