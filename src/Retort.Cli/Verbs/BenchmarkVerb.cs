using System.CommandLine;
using System.Globalization;
using Retort.Benchmarks;
using Retort.Cli.Display;
using Retort.Corruption;
using Retort.Data;
using Retort.Methods;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>benchmark</c>: methods x categories x seeds, as tables of accuracy, time and memory.</summary>
internal sealed class BenchmarkVerb : Verb
{
    /// <summary>The figures that fit a terminal; the files have all.</summary>
    private static readonly string[] Shown = ["image_auroc", "pixel_auroc", "pixel_ap", "aupro", "training_seconds", "milliseconds_per_image", "peak_mb"];

    private readonly Option<string[]> _data = CommonOptions.Several("--data", "DIR", "The datasets, each a folder with train/good, test and ground_truth, or a list of pictures (.csv, .json, .jsonl); several may follow.");
    private readonly Option<string> _out = CommonOptions.Required("--out", "DIR", "The folder of results.csv, results.md and results.json. What results.csv holds is not done again.");
    private readonly Option<string> _methods = new("--methods") { Description = "The methods, with commas between them.", HelpName = "A[,B]", DefaultValueFactory = _ => string.Join(',', MethodCatalog.All.Select(m => m.Id)) };
    private readonly Option<string[]> _ablations = CommonOptions.Several("--ablation", "[METHOD:]NAME=OPTION=VALUE[,...]", "Also run the method with these options set; may be given several times.");
    private readonly Option<string> _seeds = new("--seeds") { Description = "The seeds, with commas between them.", HelpName = "A[,B]", DefaultValueFactory = _ => "0" };
    private readonly Option<string[]> _preset = CommonOptions.Several("--preset", "[METHOD=]quick|balanced|paper", "As for train, for all methods or for one. [default: balanced]");
    private readonly Option<string[]> _steps = CommonOptions.Several("--steps", "[METHOD[:ABLATION]=]A[,B]", "Steps of each phase, for all methods, one, or an ablation of one.");
    private readonly Option<string[]> _batch = CommonOptions.Several("--batch", "[METHOD=]N", "Pictures per step, for all methods or for one.");
    private readonly Option<string[]> _size = CommonOptions.Several("--size", "[METHOD=]N", "The side of the input in pixels, for all methods or for one.");
    private readonly Option<string[]> _set = CommonOptions.Several("--set", "[METHOD:]NAME=VALUE", "Set an option of all methods or of one; may be given several times.");
    private readonly Option<string[]> _teacher = CommonOptions.Several("--teacher", "[METHOD=]NAME|FILE", $"The pretrained network, for all methods or for one. {CommonOptions.DefaultTeacher}");
    private readonly Option<string[]> _rotate = CommonOptions.Several("--rotate", "[CATEGORY=]none|slight|full", "How pictures may be turned, for all categories or for one. [default: none]");
    private readonly Option<string?> _textures = CommonOptions.Text("--textures", "DIR", "Pictures to make synthetic anomalies from; without it Retort draws textures itself.");
    private readonly Option<bool> _keepModels = new("--keep-models") { Description = "Keep the detectors, in the folder models of --out; else each is deleted when it is evaluated." };
    private readonly Option<string> _badPictures = CommonOptions.BadPictures(BadPicturePolicy.Stop, ": stop counts the run as failed");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string?> _json = CommonOptions.Json("results.json");

    public BenchmarkVerb()
        : base("benchmark", "Compare methods on several datasets with several seeds. Stopped, it goes on where it was.", "retort benchmark --data parts/bottle parts/cable --rotate bottle=full --methods destseg --seeds 0,1,2 --out results")
    {
        _data.Required = true;
        _data.AllowMultipleArgumentsPerToken = true;
        Option[] options =
        [
            _data, _out, _methods, _ablations, _seeds, _preset, _steps, _batch, _size, _set, _teacher, _rotate, _textures, _keepModels, _badPictures, _threads, _json,
        ];
        foreach (Option option in options)
        {
            Add(option);
        }
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        BenchmarkSettings settings = Read(parsed);
        string folder = parsed.GetRequiredValue(_out);
        JsonFile.Check(parsed.GetValue(_json));
        BenchmarkPlan plan = BenchmarkPlan.Create(settings);
        foreach (string warning in plan.Warnings)
        {
            terminal.Warn(warning);
        }

        var runner = new BenchmarkRunner(folder, parsed.GetValue(_keepModels), new BenchmarkDisplay(terminal));
        BenchmarkReport report = runner.RunAsync(plan, cancellation).GetAwaiter().GetResult();
        Write(terminal.Out, report);
        JsonFile.Write(parsed.GetValue(_json), report.ToJson());
        terminal.Note($"all figures: {Path.Combine(folder, "results.md")}, results.csv and results.json beside it");
        return report.Failed.Count == 0
            ? ExitCode.Done
            : throw new RetortException($"{report.Failed.Count} of {Numbers.Count(plan.Runs.Count, "run")} failed; {Path.Combine(folder, "results.md")} says why, and the same command tries them again.");
    }

    private static void Write(TextWriter output, BenchmarkReport report)
    {
        IReadOnlyList<string[]> rows = report.Table([.. BenchmarkFigure.All.Where(f => Shown.Contains(f.Key))]);
        var table = new Columns(rows[0]) { Left = 2 };
        foreach (string[] row in rows.Skip(1))
        {
            table.Add(row);
        }

        table.WriteTo(output);
    }

    private BenchmarkSettings Read(ParseResult parsed)
    {
        var common = new TrainingSettings
        {
            Method = "",
            Textures = parsed.GetValue(_textures),
            Threads = parsed.GetValue(_threads),
            BadPictures = parsed.GetChoice<BadPicturePolicy>(_badPictures),
        };
        var variants = new BenchmarkVariants
        {
            Methods = parsed.GetRequiredValue(_methods).Split(','),
            Ablations = parsed.GetValue(_ablations) ?? [],
            Preset = parsed.GetValue(_preset) ?? [],
            Steps = parsed.GetValue(_steps) ?? [],
            Batch = parsed.GetValue(_batch) ?? [],
            Size = parsed.GetValue(_size) ?? [],
            Teacher = parsed.GetValue(_teacher) ?? [],
            Set = parsed.GetValue(_set) ?? [],
        };
        string[] data = parsed.GetRequiredValue(_data);
        return new BenchmarkSettings
        {
            Data = data,
            Variants = variants.Create(common),
            Seeds = Seeds(parsed.GetRequiredValue(_seeds)),
            Rotations = Rotations(data, parsed.GetValue(_rotate) ?? []),
        };
    }

    private static ulong[] Seeds(string text)
    {
        string[] parts = text.Split(',');
        var seeds = new ulong[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!ulong.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out seeds[i]))
            {
                throw new UsageException($"--seeds {text}: not whole numbers with commas between them; give for instance --seeds 0,1,2.");
            }
        }

        return seeds;
    }

    private static Dictionary<string, Rotation> Rotations(string[] data, string[] given)
    {
        string[] words = [.. Enum.GetValues<Rotation>().Select(CommonOptions.WordOf)];
        string[] categories = [.. data.Select(d => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(d)))).Distinct()];
        if (given.FirstOrDefault(g => !words.Contains(g.Split('=')[^1])) is { } wrong)
        {
            throw new UsageException(CommonOptions.ChoiceError("--rotate", wrong, words));
        }

        if (given.FirstOrDefault(g => g.Contains('=') && !categories.Contains(g[..g.LastIndexOf('=')])) is { } unknown)
        {
            throw new UsageException($"--rotate {unknown}: there is no such category; they are called after the folders of --data: {string.Join(", ", categories)}.");
        }

        var values = new PlacedValues("--rotate", given, categories);
        return categories.ToDictionary(c => c, c => values.For(c) is { } word ? Enum.Parse<Rotation>(word, ignoreCase: true) : Rotation.None);
    }
}
