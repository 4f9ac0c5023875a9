using System.Text.Json.Nodes;
using Retort.Imaging;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class EvaluateVerbTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public EvaluateVerbTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Metrics_are_a_table_and_json()
    {
        CommandResult result = Evaluate("--json", _command.Path("metrics.json"), "--maps", _command.Path("maps"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("departure (decides)", result.Out, StringComparison.Ordinal);
        Assert.Matches("image AUROC +100.0 ", result.Out);
        Assert.Contains("4 pictures, 2 defective; ", result.Out, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("metrics.json")))!;
        Assert.Equal(1, (double)json["image_auroc"]!);
        Assert.InRange((double)json["components"]!["departure"]!["pixel_auroc"]!, 0.95, 1);
        Assert.Equal(5, File.ReadAllLines(_command.Path("maps/scores.csv")).Length);
        Assert.True(File.Exists(_command.Path("maps/spot/000.npy")));
    }

    [Fact]
    public void A_missing_mask_is_a_warning_and_dashes()
    {
        File.Delete(Path.Combine(_command.Parts, "ground_truth", "spot", "000_mask.png"));
        CommandResult result = Evaluate();
        Assert.Equal(0, result.Code);
        Assert.StartsWith($"warning: {Path.Combine(_command.Parts, "test", "spot", "000.png")}: there is no mask", result.Error, StringComparison.Ordinal);
        Assert.Matches("pixel AUROC +- +-", result.Out);
        Assert.Equal("", Evaluate("--quiet").Error);
    }

    [Fact]
    public void A_mask_of_another_size_is_named()
    {
        string mask = Path.Combine(_command.Parts, "ground_truth", "spot", "000_mask.png");
        SyntheticParts.Save(mask, new RgbImage(24, 23));
        CommandResult result = Evaluate();
        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.StartsWith($"retort: {mask}: the mask is 24 x 23 pixels but its picture 24 x 24", result.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_or_picture_that_cannot_be_read_is_named_and_a_picture_may_be_skipped()
    {
        string mask = Path.Combine(_command.Parts, "ground_truth", "spot", "000_mask.png");
        byte[] whole = File.ReadAllBytes(mask);
        File.WriteAllText(mask, "text");
        Assert.StartsWith($"retort: {mask} is not a PNG", Evaluate("--on-bad-picture", "skip").LastError, StringComparison.Ordinal);
        File.WriteAllBytes(mask, whole);

        string picture = Path.Combine(_command.Parts, "test", "spot", "000.png");
        File.WriteAllBytes(picture, File.ReadAllBytes(picture)[..100]);
        CommandResult stopped = Evaluate();
        Assert.Equal((1, ""), (stopped.Code, stopped.Out));
        Assert.StartsWith($"retort: {picture} is damaged or cut short", stopped.LastError, StringComparison.Ordinal);
        CommandResult skipped = Evaluate("--on-bad-picture", "skip");
        Assert.Equal(0, skipped.Code);
        Assert.StartsWith($"warning: left out: {picture} is damaged", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("3 pictures, 1 defective; ", skipped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_test_pictures_is_named()
    {
        Directory.Delete(Path.Combine(_command.Parts, "test"), recursive: true);
        CommandResult result = Evaluate();
        Assert.Equal(1, result.Code);
        Assert.StartsWith($"retort: {Path.Combine(_command.Parts, "test")}: there are no test pictures", result.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_exits_130()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult result = CommandLine.Run(stop.Token, "evaluate", "--model", _command.Model, "--data", _command.Parts);
        Assert.Equal((130, "retort: stopped before all test pictures were inspected; there are no metrics."), (result.Code, result.LastError));
    }

    private CommandResult Evaluate(params string[] more) =>
        CommandLine.Run(["evaluate", "--model", _command.Model, "--data", _command.Parts, "--threads", "1", .. more]);
}
