using System.Text.Json.Nodes;
using Retort.Data;
using Retort.Teachers;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class DemoVerbTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command = new(teacher);

    private string Out => _command.Path("demo");

    public void Dispose() => _command.Dispose();

    [Fact]
    public void The_whole_loop_leaves_data_detector_overlays_and_a_page()
    {
        CommandResult result = Demo("--part", "board", "--json", _command.Path("demo.json"));
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("image AUROC", result.Out, StringComparison.Ordinal);
        Assert.Contains($"results with pictures: {Path.Combine(Out, "report.html")}", result.Out, StringComparison.Ordinal);
        Assert.Contains("  retort train --data FOLDER-OF-GOOD-PICTURES --out part.retort", result.Out, StringComparison.Ordinal);
        Assert.Contains("drawing 20 pictures of a printed circuit board into ", result.Error, StringComparison.Ordinal);
        Assert.Equal(12, AnomalyDataset.Open(Path.Combine(Out, "board")).TrainGood.Count);
        Assert.Equal(0, CommandLine.Run("verify", "--model", Path.Combine(Out, "board.retort")).Code);
        Assert.True(File.Exists(Path.Combine(Out, "found", "broken_trace", "000.jpg")));
        string page = File.ReadAllText(Path.Combine(Out, "report.html"));
        Assert.Contains("<title>Demo: a printed circuit board - Retort report</title>", page, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"solder_bridge\"", page, StringComparison.Ordinal);
        Assert.Matches("From 1[0-2] pictures of good parts, and nothing else, ", page);
        Assert.Contains("\"next\":\"retort train --data FOLDER-OF-GOOD-PICTURES --out part.retort\\n", page, StringComparison.Ordinal);
        Assert.Equal(8, (int)JsonNode.Parse(File.ReadAllText(_command.Path("demo.json")))!["images"]!);

        // Once more: the pictures are the same, the detector is trained anew.
        Assert.Equal(0, Demo("--part", "board").Code);
    }

    [Fact]
    public void Without_a_part_it_is_fabric()
    {
        Assert.Equal(0, CommandLine.Run("demo", "--out", Out, "--only-data", "--train-pictures", "1", "--test-pictures", "1", "--quiet").Code);
        Assert.Equal([Path.Combine(Out, "fabric")], Directory.GetFileSystemEntries(Out));
    }

    [Fact]
    public void Nothing_need_be_given_for_the_teacher_is_built_in()
    {
        CommandResult result = CommandLine.Run("demo", "--out", Out, "--part", "fabric", "--method", "stfpm", "--steps", "2", "--train-pictures", "12", "--test-pictures", "1");
        Assert.True(result.Code == 0, result.Error);
        string info = CommandLine.Run("info", "--model", Path.Combine(Out, "fabric.retort")).Out;
        Assert.Matches($"teacher +built-in \\(sha256 {BuiltInTeacher.Load().Sha256}\\)", info);
    }

    [Fact]
    public void Without_a_teacher_nothing_is_drawn_and_the_remedy_is_told()
    {
        CommandResult result = CommandLine.Run("demo", "--out", Out, "--teacher", "none.pth");
        Assert.Equal(1, result.Code);
        Assert.StartsWith("retort: --teacher none.pth: there is no such file; give a weight file, or one of the names resnet18, ", result.LastError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void Only_the_data_need_no_teacher()
    {
        CommandResult result = CommandLine.Run("demo", "--out", Out, "--part", "gear", "--only-data", "--train-pictures", "1", "--test-pictures", "1", "--teacher", "none.pth", "--quiet");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains($"retort train --data \"{Path.Combine(Out, "gear")}\" --rotate full --out gear.retort", result.Out, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(Out, "gear")], Directory.GetFileSystemEntries(Out));
    }

    [Fact]
    public void Cancelled_in_training_it_resumes()
    {
        // Cancelled when the first checkpoint is there: that of the end of the first phase.
        string checkpoint = Path.Combine(Out, "fabric.retort.checkpoint");
        using var stop = new CancellationTokenSource();
        using var watch = new Timer(_ => { if (File.Exists(checkpoint)) { stop.Cancel(); } }, null, 10, 10);
        string[] args = ["--part", "fabric", "--steps", "1,200000"];
        CommandResult stopped = Demo(stop.Token, args);
        Assert.Equal(130, stopped.Code);
        Assert.Contains("the same command with --resume goes on from", stopped.LastError, StringComparison.Ordinal);
        CommandResult other = Demo("--part", "fabric", "--steps", "1,2", "--resume");
        Assert.Contains("--steps: the checkpoint was made with 1,200000 and this run has 1,2", other.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_while_it_draws_it_says_so()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult stopped = Demo(stop.Token);
        Assert.Equal((130, "retort: stopped while the pictures were drawn; the same command draws the others."), (stopped.Code, stopped.LastError));
    }

    [Theory]
    [InlineData("--part spoon: not one of fabric, board, gear; choose one of these.", "--part", "spoon")]
    [InlineData("--steps x: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400.", "--steps", "x")]
    [InlineData("--steps 1: destseg has 2 phases (student, segmentation); give a number for each, with commas between them.", "--steps", "1", "--method", "destseg")]
    [InlineData("--train-pictures 0: not a whole number from 1 to 999; give one of these.", "--train-pictures", "0")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        CommandResult result = CommandLine.Run(["demo", "--out", Out, .. args]);
        Assert.Equal((2, "", $"retort: {expected} (see retort demo --help){Environment.NewLine}"), (result.Code, result.Out, result.Error));
        Assert.False(Directory.Exists(Out));
    }

    private CommandResult Demo(params string[] more) => Demo(CancellationToken.None, more);

    private CommandResult Demo(CancellationToken cancellation, params string[] more) =>
        CommandLine.Run(cancellation, ["demo", "--out", Out, "--method", PixelStatistics.Name, "--teacher", teacher.Path, "--train-pictures", "12", "--test-pictures", "1", .. more]);
}
