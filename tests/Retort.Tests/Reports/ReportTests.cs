using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Retort.Data;
using Retort.Detectors;
using Retort.Evaluation;
using Retort.Imaging;
using Retort.Reports;
using Retort.Tests.Detectors;
using Retort.Tests.Training;

namespace Retort.Tests.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Detector _detector = new(SampleDetector.Create(), 1);

    private string Page => Path.Combine(_folder.Path, Report.FileName);

    public void Dispose()
    {
        _detector.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_report_has_the_figures_of_an_evaluation_and_all_pictures()
    {
        AnomalyDataset dataset = Open();
        var watched = new List<string>();
        EvaluationResult result = Report.Write(Page, _detector, dataset, new ReportSettings { Watch = e => watched.Add(e.Test.RelativePath) });
        Assert.Equal(Evaluator.Evaluate(_detector, dataset, new EvaluationSettings()).Deciding, result.Deciding);
        JsonNode data = JsonNode.Parse(Regex.Match(File.ReadAllText(Page), "id=\"data\">(.*?)</script>").Groups[1].Value)!;
        Assert.Equal("parts", (string)data["title"]!);
        Assert.Null(data["made"]);
        Assert.Equal(dataset.Test.Select(t => _detector.Inspect(t.Path).Score), ((JsonArray)data["pictures"]!).Select(p => (float)p!["score"]!));
        Assert.Equal(dataset.Test.Select(t => t.RelativePath), watched);
        Assert.Equal([Page], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_picture_that_is_skipped_is_not_on_the_page()
    {
        AnomalyDataset dataset = Open();
        File.WriteAllText(dataset.Test[0].Path, "text");
        Assert.Throws<ImageException>(() => Report.Write(Page, _detector, dataset, new ReportSettings()));
        Assert.False(File.Exists(Page));
        Report.Write(Page, _detector, dataset, new ReportSettings { BadPictures = BadPicturePolicy.Skip });
        Assert.Equal(3, Regex.Count(File.ReadAllText(Page), "id=\"picture-"));
    }

    [Fact]
    public void Cancelling_leaves_an_older_report_as_it_was()
    {
        File.WriteAllText(Page, "older");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Report.Write(Page, _detector, Open(), new ReportSettings(), null, stop.Token));
        Assert.Equal("older", File.ReadAllText(Page));
        Assert.Equal([Page], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_before_anything_is_inspected()
    {
        string page = Path.Combine(_folder.Path, "missing", Report.FileName);
        RetortException error = Assert.Throws<RetortException>(() => Report.Write(page, _detector, Open(), new ReportSettings { Watch = _ => Assert.Fail("inspected") }));
        Assert.StartsWith($"{page}: its folder does not exist", error.Message, StringComparison.Ordinal);
    }

    private AnomalyDataset Open() => AnomalyDataset.Open(SyntheticParts.Write(Path.Combine(_folder.Path, "parts")));
}
