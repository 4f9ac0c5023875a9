using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class CalibrateVerbTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public CalibrateVerbTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void New_good_pictures_set_the_thresholds_in_place_and_the_detector_still_verifies()
    {
        string good = DrawGood(60);
        float before = DetectorFile.ReadInfo(_command.Model).Thresholds.Image;
        CommandResult result = Calibrate(good, "--json", _command.Path("thresholds.json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches("\nset on +60 new pictures, for 2 % of good pictures over the threshold, by the tail of their scores\r?\n", result.Out);
        Thresholds thresholds = DetectorFile.ReadInfo(_command.Model).Thresholds;
        Assert.NotEqual(before, thresholds.Image);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("thresholds.json")))!;
        Assert.Equal(thresholds.Image, (float)json["thresholds"]!["image"]!);
        Assert.Equal(("new", 60, 0.02), ((string)json["thresholds"]!["source"]!, (int)json["thresholds"]!["pictures"]!, (double)json["thresholds"]!["target"]!));
        Assert.Empty(json["warnings"]!.AsArray());
        Assert.Equal(0, CommandLine.Run("verify", "--model", _command.Model).Code);
    }

    [Fact]
    public void Out_leaves_the_detector_as_it_was()
    {
        byte[] before = File.ReadAllBytes(_command.Model);
        CommandResult result = Calibrate(DrawGood(10), "--out", _command.Path("other.retort"), "--target-fpr", "0.1", "--uncertain-fpr", "0.2");
        Assert.Equal(0, result.Code);
        Assert.Equal(before, File.ReadAllBytes(_command.Model));
        Thresholds thresholds = DetectorFile.ReadInfo(_command.Path("other.retort")).Thresholds;
        Assert.Equal((0.1, 0.2, 10), (thresholds.Basis.Target, Math.Round(thresholds.Basis.UncertainOrWorse.Rate, 6), thresholds.Basis.Pictures));
        Assert.Contains($"detector    {_command.Path("other.retort")}", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_dataset_it_was_trained_on_only_pictures_it_has_not_seen_are_used()
    {
        CommandResult result = Calibrate(_command.Parts);
        Assert.Equal(0, result.Code);
        Assert.Contains("The detector was trained on parts: of its 20 pictures to learn from, the 2 that were held back are used.", result.Error, StringComparison.Ordinal);
        Assert.Contains("The good test pictures are among those the thresholds are set on", result.Error, StringComparison.Ordinal);
        Assert.Contains("warning: 4 good pictures cannot show a rate of 2 %", result.Error, StringComparison.Ordinal);
        Assert.Equal("held-back and test", DetectorFile.ReadInfo(_command.Model).Thresholds.Basis.Source);
    }

    [Fact]
    public void Labelled_defects_set_the_threshold_for_F1_or_for_a_recall()
    {
        foreach (string[] goal in (string[][])[["--maximise", "f1"], ["--recall", "1"]])
        {
            CommandResult result = Calibrate([_command.Parts, .. goal]);
            Assert.Equal(0, result.Code);
            Assert.Contains("4 held-back and test pictures and 2 defective ones, for ", result.Out, StringComparison.Ordinal);
            Assert.Contains("100 % (15.8 % to 100 %) of defective pictures found", result.Out, StringComparison.Ordinal);
            using Detector detector = Detector.Load(_command.Model, 1);
            Assert.Equal(Verdict.Anomalous, detector.Inspect(_command.Path("parts/test/spot/000.png")).Verdict);
            Assert.NotEqual(Verdict.Anomalous, detector.Inspect(_command.Path("parts/test/good/000.png")).Verdict);
        }
    }

    [Fact]
    public void A_set_with_no_defects_never_fails()
    {
        CommandResult result = Calibrate(DrawGood(8), "--maximise", "f1");
        Assert.Equal(0, result.Code);
        Assert.Contains("there are no defective pictures, so the threshold is set for a false-positive rate of 2 % instead.", result.Error, StringComparison.Ordinal);
        Assert.Contains("by the tail of their scores", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_calibrated_on_is_one_line_and_changes_nothing()
    {
        byte[] before = File.ReadAllBytes(_command.Model);
        string empty = _command.Path("empty"), texts = _command.Path("texts"), copies = _command.Path("copies");
        Directory.CreateDirectory(empty);
        Directory.CreateDirectory(texts);
        File.WriteAllText(Path.Combine(texts, "a.png"), "text");
        RgbImage part = SyntheticParts.Part(7, false);
        SyntheticParts.Save(Path.Combine(copies, "a.png"), part);
        SyntheticParts.Save(Path.Combine(copies, "b.png"), part);

        Check($"{empty}: the folder is empty; name one that holds train/good, or good pictures.", Calibrate(empty));
        Assert.StartsWith($"retort: {texts}/a.png is not a PNG", Calibrate(texts).LastError, StringComparison.Ordinal);
        Check($"{texts}: none of the good pictures can be read; check that they are pictures.", Calibrate(texts, "--on-bad-picture", "skip"));
        CommandResult same = Calibrate(copies);
        Assert.Equal(1, same.Code);
        Assert.Matches("^retort: .*copies: all 2 good pictures have the same score \\([0-9.]+\\), so nothing tells how far good ones may differ; give pictures of different parts, not copies of one\\.$", same.LastError);
        string nowhere = _command.Path("no/where.retort");
        Check($"--out {nowhere}: its folder does not exist; make the folder or choose another place.", Calibrate(copies, "--out", nowhere));
        Check($"{_command.Path("none")}: there is no such detector file; check the path.", CommandLine.Run("calibrate", "--model", _command.Path("none"), "--data", copies));
        Assert.Equal(before, File.ReadAllBytes(_command.Model));

        static void Check(string expected, CommandResult result) => Assert.Equal((1, "", $"retort: {expected}"), (result.Code, result.Out, result.LastError));
    }

    [Fact]
    public void Cancelling_exits_130_and_changes_nothing()
    {
        byte[] before = File.ReadAllBytes(_command.Model);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult result = CommandLine.Run(stop.Token, "calibrate", "--model", _command.Model, "--data", DrawGood(3));
        Assert.Equal((130, $"retort: stopped before all pictures were inspected; {_command.Model} is as it was."), (result.Code, result.LastError));
        Assert.Equal(before, File.ReadAllBytes(_command.Model));
    }

    private CommandResult Calibrate(params string[] data) => CommandLine.Run(["calibrate", "--model", _command.Model, "--threads", "1", "--data", .. data]);

    private string DrawGood(int count)
    {
        string folder = _command.Path("good");
        for (int i = 0; i < count; i++)
        {
            SyntheticParts.Save(Path.Combine(folder, $"{i:000}.png"), SyntheticParts.Part(1000 + i, false));
        }

        return folder;
    }
}
