using System.CommandLine;
using System.Globalization;
using Retort.Cli.Display;
using Retort.Detectors;
using Retort.Importing;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>info</c>: what is in a detector. Reads its description only and touches no engine, and no codecs but for a mask, so that it answers at once.</summary>
internal sealed class InfoVerb : Verb
{
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _json = CommonOptions.Json("the description");

    public InfoVerb()
        : base("info", "Show what is in a detector.", "retort info --model bottle.retort")
    {
        Add(_model);
        Add(_json);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        string path = parsed.GetRequiredValue(_model);
        DetectorInfo info = DetectorFile.ReadInfo(path);
        TrainingSummary training = info.Training;
        (string Name, string Value)[] lines =
        [
            ("detector", path),
            ("method", info.Method),
            ("input", $"{info.Size} x {info.Size} pixels"),
            .. LayoutLines.Of(info.Layout),
            ("teacher", $"{info.Teacher} (sha256 {info.TeacherSha256})"),
            .. ThresholdLines.Of(info.Thresholds),
            .. info.Imported is { } origin ? Describe(origin) : Describe(training),
            ("options", info.Options.ToJsonString()),
            ("made by", $"Retort {training.RetortVersion}"),
        ];
        foreach ((string name, string value) in lines)
        {
            terminal.Out.WriteLine($"{name,-11} {value}");
        }

        foreach (string warning in training.Warnings.Concat(info.Thresholds.Basis.Warnings))
        {
            terminal.Out.WriteLine($"{"warning",-11} {warning}");
        }

        JsonFile.Write(parsed.GetValue(_json), info.ToJson());
        return ExitCode.Done;
    }

    private static (string Name, string Value)[] Describe(TrainingSummary training) =>
    [
        ("trained on", $"{training.Dataset}: {(training.Tiles is { } tiles ? Numbers.Count(tiles, "tile") + " of " : "")}{Numbers.Count(training.Pictures, "picture")}, {training.HeldBack} held back"),
        ("training", $"{string.Join(", ", training.Phases.Select(p => $"{p.Name} {p.Steps} steps to loss {Numbers.Short(p.Loss)}"))}; {Numbers.Time(TimeSpan.FromSeconds(training.Seconds))} on {Numbers.Count(training.Threads, "thread")}"),
        ("settings", $"preset {training.Preset}, rotation {training.Rotation}, textures {training.Textures}, seed {training.Seed.ToString(CultureInfo.InvariantCulture)}"),
    ];

    private static (string Name, string Value)[] Describe(ImportOrigin origin) =>
        [.. origin.Files.Select(f => ("imported", $"{f.Name} (from {origin.From}, sha256 {f.Sha256}); how it was trained is not known"))];
}
