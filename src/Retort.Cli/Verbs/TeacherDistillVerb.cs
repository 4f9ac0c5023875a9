using System.CommandLine;
using System.Globalization;
using Retort.Cli.Display;
using Retort.Teachers;

namespace Retort.Cli.Verbs;

/// <summary><c>teacher distill</c>: makes a small teacher from a big one.</summary>
internal sealed class TeacherDistillVerb : Verb
{
    private const double MinutesOfADay = 24 * 60;
    private const int MostSteps = 100_000_000;

    private static readonly DistillationSettings Default = new() { Data = [], Teacher = "" };

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Folders of photographs to distil on, searched with all that is in them.",
        HelpName = "DIR",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _from = CommonOptions.Required("--from", "FILE|NAME", "The network to learn from: a weight file (.pth, .safetensors, .onnx), or a name that teacher list shows.");
    private readonly Option<string> _out = CommonOptions.Required("--out", "FILE", "The weight file to write (safetensors, 16 bits a value).");
    private readonly Option<int> _steps = CommonOptions.Whole("--steps", 1, MostSteps, Default.Steps, "Training steps.");
    private readonly Option<int> _batch = CommonOptions.Whole("--batch", 1, CommonOptions.MostPictures, Default.Batch, "Crops per step.");
    private readonly Option<int> _crop = CommonOptions.Whole("--crop", DistillationSettings.SmallestCrop, CommonOptions.MostPixels, Default.Crop, "The side of a crop in pixels, a multiple of 32.");
    private readonly Option<double> _rate = CommonOptions.Number("--rate", "RATE", 0, 1, Default.Rate, "The largest learning rate; it rises to it and falls to zero along a cosine.");
    private readonly Option<int> _validateEvery = CommonOptions.Whole("--validate-every", 1, MostSteps, Default.ValidateEvery, "Steps between two looks at the pictures that were held back.");
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint beside the output, if there is one." };
    private readonly Option<double> _checkpointEvery = CommonOptions.Number("--checkpoint-every", "MIN", 0, MinutesOfADay, 5, "Write a checkpoint every so many minutes; 0 for every step.");
    private readonly Option<int> _memory = CommonOptions.Whole("--memory", 0, 1 << 20, 1024, "How many megabytes of decoded pictures to keep.");
    private readonly Option<ulong> _seed = CommonOptions.Seed("teacher");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _json = CommonOptions.Json("how it went");

    public TeacherDistillVerb()
        : base("distill", "Make a small teacher from a big one, on any pictures.", "retort teacher distill --data photos --from resnet18-f37072fd.pth --out small.safetensors")
    {
        Option[] options = [_data, _from, _out, _steps, _batch, _crop, _rate, _validateEvery, _resume, _checkpointEvery, _memory, _seed, _threads, _json];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        DistillationSettings settings = Read(parsed);
        string path = parsed.GetRequiredValue(_out);
        JsonFile.Check(parsed.GetValue(_json));
        DistillationSummary summary = TrainingDisplay.WhileAsync(terminal, progress => Distiller.DistillAsync(settings, path, progress, cancellation))
            .GetAwaiter().GetResult();
        terminal.Out.WriteLine(
            $"{path}: {Numbers.Short(summary.Bytes / 1e6)} MB, distilled from {summary.Teacher} on {Numbers.Count(summary.Pictures, "picture")} in {Numbers.Time(TimeSpan.FromSeconds(summary.Seconds))} ({Numbers.Percent(summary.WaitingShare)} % waiting for crops)");
        string cosines = string.Join(", ", summary.Errors.Cosine.Select((d, i) => $"layer{i + 1} {(1 - d).ToString("0.000", CultureInfo.InvariantCulture)}"));
        terminal.Out.WriteLine($"cosine to its features on {Numbers.Count(summary.HeldBack, "other picture")}: {cosines}");
        JsonFile.Write(parsed.GetValue(_json), summary.ToJson());
        return ExitCode.Done;
    }

    private DistillationSettings Read(ParseResult parsed)
    {
        var settings = new DistillationSettings
        {
            Data = parsed.GetRequiredValue(_data),
            Teacher = parsed.GetRequiredValue(_from),
            Steps = parsed.GetValue(_steps),
            Batch = parsed.GetValue(_batch),
            Crop = parsed.GetValue(_crop),
            Rate = parsed.GetValue(_rate),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            ValidateEvery = parsed.GetValue(_validateEvery),
            Resume = parsed.GetValue(_resume),
            CheckpointEvery = TimeSpan.FromMinutes(parsed.GetValue(_checkpointEvery)),
            MemoryBudget = (long)parsed.GetValue(_memory) << 20,
        };
        try
        {
            settings.Validate();
            return settings;
        }
        catch (RetortException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
