using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class ReportVerbTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public ReportVerbTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
    }

    private string Page => _command.Path("out/deep/report.html");

    public void Dispose() => _command.Dispose();

    [Fact]
    public void A_report_prints_and_shows_the_figures_of_evaluate()
    {
        CommandResult result = Report("--json", _command.Path("report.json"), "--title", "Größe & <Maß>");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains($"report: {Page}", result.Out, StringComparison.Ordinal);
        CommandLine.Run("evaluate", "--model", _command.Model, "--data", _command.Parts, "--threads", "1", "--json", _command.Path("evaluate.json"));
        JsonObject evaluated = Metrics("evaluate.json"), reported = Metrics("report.json");
        Assert.Equal(evaluated.ToJsonString(), reported.ToJsonString());
        Assert.Matches("image AUROC +100.0 ", result.Out);

        string page = File.ReadAllText(Page);
        Assert.Contains("<title>Gr&#246;&#223;e &amp; &lt;Ma&#223;&gt; - Retort report</title>", page, StringComparison.Ordinal);
        JsonNode data = JsonNode.Parse(Regex.Match(page, "id=\"data\">(.*?)</script>").Groups[1].Value)!;
        Assert.Equal((double)evaluated["pixel_ap"]!, (double)((JsonArray)data["metrics"]!["rows"]!).Single(r => (string)r!["key"]! == "pixel_ap")!["values"]![0]!);
        Assert.Equal(4, ((JsonArray)data["pictures"]!).Count);
    }

    [Fact]
    public void A_missing_mask_is_a_warning_here_and_on_the_page()
    {
        File.Delete(Path.Combine(_command.Parts, "ground_truth", "spot", "000_mask.png"));
        CommandResult result = Report();
        Assert.Equal(0, result.Code);
        Assert.StartsWith($"warning: {Path.Combine(_command.Parts, "test", "spot", "000.png")}: there is no mask", result.Error, StringComparison.Ordinal);
        Assert.Matches("\"warnings\":\\[\"[^]]*there is no mask for this defective picture", File.ReadAllText(Page));
        Assert.Equal("", Report("--quiet").Error);
    }

    [Fact]
    public void A_place_that_is_a_file_is_named()
    {
        File.WriteAllText(_command.Path("out"), "a file");
        CommandResult result = Report();
        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.StartsWith($"retort: --out {_command.Path("out/deep")}: the folder cannot be made", result.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_test_pictures_is_named()
    {
        Directory.Delete(Path.Combine(_command.Parts, "test"), recursive: true);
        Assert.StartsWith($"retort: {Path.Combine(_command.Parts, "test")}: there are no test pictures", Report().LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_exits_130_and_leaves_no_page()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult result = CommandLine.Run(stop.Token, "report", "--model", _command.Model, "--data", _command.Parts, "--out", _command.Path("out"));
        Assert.Equal((130, "retort: stopped before all test pictures were inspected; there is no report."), (result.Code, result.LastError));
        Assert.Empty(Directory.GetFiles(_command.Path("out")));
    }

    private CommandResult Report(params string[] more) =>
        CommandLine.Run(["report", "--model", _command.Model, "--data", _command.Parts, "--out", _command.Path("out/deep"), "--threads", "1", .. more]);

    private JsonObject Metrics(string name)
    {
        var json = (JsonObject)JsonNode.Parse(File.ReadAllText(_command.Path(name)))!;
        json.Remove("seconds");
        json.Remove("milliseconds_per_image");
        return json;
    }
}
