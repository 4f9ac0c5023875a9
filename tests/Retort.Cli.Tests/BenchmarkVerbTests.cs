using System.Text.Json.Nodes;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class BenchmarkVerbTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command = new(teacher);

    private string Out => _command.Path("results");

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Methods_ablations_categories_and_seeds_become_one_table()
    {
        SyntheticParts.Write(_command.Parts);
        SyntheticParts.Write(_command.Path("more"));
        CommandResult result = Benchmark("--seeds", "0,1", "--ablation", $"{PixelStatistics.Name}:fast=rate=0.5", "--json", _command.Path("copy.json"), _command.Parts, _command.Path("more"));
        Assert.True(result.Code == 0, result.Error);
        string[] lines = result.Out.TrimEnd().Split('\n');
        Assert.Matches("^category +method +seeds +image AUROC, % +pixel AUROC, % +pixel AP, % +AUPRO \\(FPR 0.3\\), % +training, s +ms a picture +peak MB$", lines[0]);
        Assert.Equal(8, lines.Length);
        Assert.Matches("^parts +pixel-statistics +2 +100.0 ± 0.0 ", lines[2]);
        Assert.Matches("^parts +pixel-statistics fast +2 +", lines[3]);
        Assert.Matches("^all \\(mean\\) +pixel-statistics fast +2 +", lines[7]);
        Assert.Contains("[8/8] pixel-statistics fast, more, seed 1: image AUROC, % 100.0; ", result.Error, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("copy.json")))!;
        Assert.Equal(8, json["runs"]!.AsArray().Count);
        Assert.Equal(json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "results.json")))!.ToJsonString());

        // All is done: nothing is trained.
        CommandResult again = Benchmark("--seeds", "0,1", "--ablation", "fast=rate=0.5", "--quiet", _command.Parts, _command.Path("more"));
        Assert.Equal((0, "", result.Out), (again.Code, again.Error, again.Out));
    }

    [Fact]
    public void Values_for_a_method_or_an_ablation_go_before_those_for_all()
    {
        SyntheticParts.Write(_command.Parts);
        CommandResult result = Benchmark(
            "--keep-models", "--steps", "3,3", "--steps", $"{PixelStatistics.Name}:slow=5,5", "--batch", "2", "--batch", $"{PixelStatistics.Name}=3", "--size", "8",
            "--set", $"{PixelStatistics.Name}:rate=0.7", "--ablation", "slow=rate=0.1", "--preset", "quick", "--rotate", "slight", "--rotate", "parts=full", _command.Parts);
        Assert.True(result.Code == 0, result.Error);
        JsonNode all = Info("base"), slow = Info("slow");
        Assert.Equal(("[3,3]", 3, 8, "0.7"), (all["options"]!["steps"]!.ToJsonString(), (int)all["options"]!["batch"]!, (int)all["options"]!["size"]!, (string)all["options"]!["rate"]!));
        Assert.Equal(("[5,5]", "0.1"), (slow["options"]!["steps"]!.ToJsonString(), (string)slow["options"]!["rate"]!));
        Assert.Equal(("quick", "full"), ((string)slow["training"]!["preset"]!, (string)slow["training"]!["rotation"]!));
    }

    [Fact]
    public void Cancelling_exits_130_and_the_same_command_goes_on()
    {
        SyntheticParts.Write(_command.Parts);
        using var stop = new CancellationTokenSource();

        // Cancelled when a run is in the record, during the endless one after it.
        using var watch = new Timer(_ => { if (File.Exists(Path.Combine(Out, "results.md"))) { stop.Cancel(); } }, null, 10, 10);
        string[] args = [_command.Parts, "--ablation", "endless=rate=0.1", "--steps", $"{PixelStatistics.Name}:endless=2000000,1"];
        CommandResult stopped = Benchmark(stop.Token, args);
        Assert.Equal((130, "retort: stopped with 1 of 2 runs done; the same command goes on from there."), (stopped.Code, stopped.LastError));
        Assert.Equal(2, File.ReadAllLines(Path.Combine(Out, "results.csv")).Length);

        CommandResult done = Benchmark(_command.Parts);
        Assert.Equal(0, done.Code);
        Assert.DoesNotContain("[1/1]", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_run_is_told_the_others_are_done_and_the_exit_code_is_1()
    {
        SyntheticParts.Write(_command.Parts);
        CommandResult result = Benchmark("--quiet", "--ablation", "breaks=fail-at=4", _command.Parts);
        Assert.Equal(1, result.Code);
        Assert.Equal($"retort: 1 of 2 runs failed; {Path.Combine(Out, "results.md")} says why, and the same command tries them again.", result.LastError);
        Assert.StartsWith("[2/2] pixel-statistics breaks, parts, seed 0: failed: pixel-statistics: the loss is not a number any more", result.Error, StringComparison.Ordinal);
        Assert.Matches("parts +pixel-statistics +1 +100.0 ", result.Out);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_fails_its_category_or_is_skipped()
    {
        SyntheticParts.Write(_command.Parts);
        string text = Path.Combine(_command.Parts, "test", "good", "0.png");
        File.WriteAllText(text, "text");
        CommandResult failed = Benchmark(_command.Parts);
        Assert.Equal(1, failed.Code);
        Assert.Contains($"failed: {text} is not a PNG", failed.Error, StringComparison.Ordinal);
        CommandResult skipped = Benchmark("--on-bad-picture", "skip", _command.Parts);
        Assert.Equal(0, skipped.Code);
        Assert.Contains($"warning: left out: {text} is not a PNG", skipped.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data: this option is missing; give --data DIR.", "--out", "y")]
    [InlineData("--out: this option is missing; give --out DIR.", "--data", "x")]
    [InlineData("--methods magic: there is no such method; choose from destseg, ", "--data", "x", "--out", "y", "--methods", "destseg,magic")]
    [InlineData("--methods: destseg is given twice; give each method once.", "--data", "x", "--out", "y", "--methods", "destseg,destseg")]
    [InlineData("--seeds 1;2: not whole numbers with commas between them; give for instance --seeds 0,1,2.", "--data", "x", "--out", "y", "--seeds", "1;2")]
    [InlineData("--preset fast: not one of quick, balanced, paper; choose one of these.", "--data", "x", "--out", "y", "--preset", "fast")]
    [InlineData("--steps many: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400.", "--data", "x", "--out", "y", "--steps", "destseg=many")]
    [InlineData("--steps 5: destseg has 2 phases (student, segmentation); give a number for each, with commas between them.", "--data", "x", "--out", "y", "--steps", "5")]
    [InlineData("--steps destseg=1,1: destseg has a value already; give it once.", "--data", "x", "--out", "y", "--steps", "destseg=2,2", "--steps", "destseg=1,1")]
    [InlineData("--batch 0: not a whole number from 1 to 1024; give one of these.", "--data", "x", "--out", "y", "--batch", "0")]
    [InlineData("--size 100: DeSTSeg takes multiples of 32 from 64 to 2048; give one of these, for instance --size 256.", "--data", "x", "--out", "y", "--size", "destseg=100")]
    [InlineData("--set gamma: this is not of the form NAME=VALUE.", "--data", "x", "--out", "y", "--set", "gamma")]
    [InlineData("--set stfpm:gamma=3: stfpm is not one of the methods that are compared; they are destseg.", "--data", "x", "--out", "y", "--methods", "destseg", "--set", "stfpm:gamma=3")]
    [InlineData("--rotate any: not one of none, slight, full; choose one of these.", "--data", "x", "--out", "y", "--rotate", "any")]
    [InlineData("--rotate cable=full: there is no such category; they are called after the folders of --data: x.", "--data", "a/x/", "--out", "y", "--rotate", "cable=full")]
    [InlineData("--ablation no-seg: it sets no option; give [METHOD:]NAME=OPTION=VALUE, for instance --ablation no-seg=segmentation=off.", "--data", "x", "--out", "y", "--ablation", "no-seg")]
    [InlineData("--ablation a b=l1=off: \"a b\" is no name, which has letters, digits, - and _ only; give [METHOD:]NAME=OPTION=VALUE, for instance --ablation no-seg=segmentation=off.", "--data", "x", "--out", "y", "--ablation", "a b=l1=off")]
    [InlineData("--ablation no-seg: segmentation: this is not of the form NAME=VALUE.", "--data", "x", "--out", "y", "--ablation", "no-seg=segmentation")]
    [InlineData("--ablation stfpm:a=l1=off: stfpm is not one of the methods that are compared; they are destseg.", "--data", "x", "--out", "y", "--methods", "destseg", "--ablation", "stfpm:a=l1=off")]
    [InlineData("--ablation destseg:a: it is given twice; give each a name of its own.", "--data", "x", "--out", "y", "--ablation", "a=l1=off", "--ablation", "destseg:a=gamma=2")]
    [InlineData("--ablation destseg:a: --set colour: DeSTSeg has no such option; it has denoising, ", "--data", "x", "--out", "y", "--ablation", "a=colour=red")]
    [InlineData("--ablation destseg:a: --steps 5,5: destseg has 1 phase (student); give a number for each, with commas between them.", "--data", "x", "--out", "y", "--steps", "5,5", "--ablation", "a=segmentation=off")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        CommandResult result = CommandLine.Run(["benchmark", .. args]);
        Assert.Equal((2, ""), (result.Code, result.Out));
        Assert.StartsWith("retort: " + expected, result.Error, StringComparison.Ordinal);
        Assert.EndsWith(" (see retort benchmark --help)" + Environment.NewLine, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void What_is_missing_is_told_before_any_run()
    {
        CommandResult missing = Benchmark(_command.Parts);
        Assert.Equal((1, $"retort: {_command.Parts}: there is no such folder; name one that holds train/good, or good pictures."), (missing.Code, missing.LastError));
        SyntheticParts.Write(_command.Parts);
        CommandResult teacher = CommandLine.Run("benchmark", "--methods", PixelStatistics.Name, "--out", Out, "--teacher", "none.pth", "--data", _command.Parts);
        Assert.StartsWith("retort: --teacher none.pth: there is no such file", teacher.LastError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
        File.WriteAllText(Out, "text");
        Assert.Equal(1, Benchmark(_command.Parts).Code);
    }

    private CommandResult Benchmark(params string[] more) => Benchmark(CancellationToken.None, more);

    /// <summary>Paths come last: they are the datasets.</summary>
    private CommandResult Benchmark(CancellationToken cancellation, params string[] more)
    {
        string[] data = [.. more.Where(Directory.Exists).DefaultIfEmpty(_command.Parts)];
        return CommandLine.Run(cancellation, [
            "benchmark", "--methods", PixelStatistics.Name, "--out", Out, "--teacher", $"{PixelStatistics.Name}={teacher.Path}",
            .. more.Where(m => !data.Contains(m)), "--data", .. data]);
    }

    private JsonNode Info(string ablation)
    {
        string json = _command.Path($"{ablation}.json");
        Assert.Equal(0, CommandLine.Run("info", "--model", Path.Combine(Out, "models", $"pixel-statistics.{ablation}.parts.seed0.retort"), "--json", json).Code);
        return JsonNode.Parse(File.ReadAllText(json))!;
    }
}
