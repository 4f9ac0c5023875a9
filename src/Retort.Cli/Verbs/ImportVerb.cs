using System.CommandLine;
using Retort.Cli.Display;
using Retort.Data;
using Retort.Detectors;
using Retort.Importing;

namespace Retort.Cli.Verbs;

/// <summary><c>import</c>: makes a detector of another implementation's checkpoint.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "The checkpoint (.pth, .pckl, .safetensors); several files where its parts lie in several.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _from = CommonOptions.Required("--from", string.Join('|', DetectorImport.Formats), "Whose checkpoint it is: of the authors of DeSTSeg, or of reverse distillation (RD4AD).");
    private readonly Option<string> _data = CommonOptions.Data("Good pictures to set the thresholds on, which a checkpoint does not have: a folder with train/good (MVTec AD's layout), or of good pictures.");
    private readonly Option<string> _out = CommonOptions.Required("--out", "FILE", "The detector file to write.");
    private readonly Option<string?> _teacher = CommonOptions.Text("--teacher", "NAME|FILE", "The pretrained network, where the checkpoint has none: a name, or a weight file (.pth, .safetensors). [default: the one the checkpoint asks for, by name]");
    private readonly Option<int?> _size = CommonOptions.OptionalWhole("--size", 1, CommonOptions.MostPixels, "The side of the input in pixels that it was trained with, which a checkpoint does not say. [default: 256]");
    private readonly Option<double> _targetRate = CalibrationOptions.TargetRate();
    private readonly Option<double?> _uncertainRate = CalibrationOptions.UncertainRate();
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop);
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _json = CommonOptions.Json("the detector's description");

    public ImportVerb()
        : base("import", "Make a detector of another implementation's checkpoint.", "retort import --from destseg DeSTSeg_MVTec_5000_bottle.pckl --data parts/bottle --out bottle.retort")
    {
        Add(_files);
        Option[] options = [_from, _data, _out, _teacher, _size, _targetRate, _uncertainRate, _badPictures, _threads, _json];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var settings = new ImportSettings
        {
            From = parsed.GetRequiredValue(_from),
            Files = parsed.GetRequiredValue(_files),
            Size = parsed.GetValue(_size),
            Teacher = parsed.GetValue(_teacher),
            Calibration = CalibrationOptions.Read(parsed, _targetRate, _uncertainRate),
            BadPictures = parsed.GetChoice<BadPicturePolicy>(_badPictures),
            Threads = parsed.GetValue(_threads),
        };
        if (!DetectorImport.Formats.Contains(settings.From))
        {
            throw new UsageException(CommonOptions.ChoiceError("--from", settings.From, DetectorImport.Formats));
        }

        string path = parsed.GetRequiredValue(_out);
        JsonFile.Check(parsed.GetValue(_json));
        AnomalyDataset dataset = AnomalyDataset.Open(parsed.GetRequiredValue(_data));
        foreach (string warning in dataset.Warnings)
        {
            terminal.Warn(warning);
        }

        DetectorInfo info;
        try
        {
            info = DetectorImport.Run(settings, dataset, path, terminal.Note, cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException("stopped before the thresholds were set; nothing was written.");
        }

        terminal.Out.WriteLine($"{path}: {info.Method}, imported from {settings.From}, teacher {info.Teacher}, {info.Size} x {info.Size} pixels");
        ThresholdLines.Write(terminal.Out, info.Thresholds);
        foreach (string warning in info.Thresholds.Basis.Warnings)
        {
            terminal.Warn(warning);
        }

        JsonFile.Write(parsed.GetValue(_json), info.ToJson());
        return ExitCode.Done;
    }
}
