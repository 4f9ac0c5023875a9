using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Retort.Calibration;
using Retort.Detectors;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Tests;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class InspectVerbTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;
    private readonly string _good;
    private readonly string _bad;

    public InspectVerbTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
        _good = _command.Path("new/good one.png");
        _bad = _command.Path("new/sub/bad ü.png");
        SyntheticParts.Save(_good, SyntheticParts.Part(0, false));
        SyntheticParts.Save(_bad, SyntheticParts.Part(1, true));
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Pictures_and_folders_are_scored_in_order()
    {
        CommandResult result = Inspect(_bad, _command.Path("new"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        string[] lines = result.Out.TrimEnd().Split('\n');
        Assert.StartsWith("picture", lines[0], StringComparison.Ordinal);
        Assert.Matches("bad ü.png .* 1\\.000 +anomalous +[1-9]", lines[2]);
        Assert.Matches("good one.png .* 0\\.[0-4][0-9]{2} +(good|uncertain) +0", lines[3]);
        Assert.Matches("bad ü.png .* anomalous +[1-9]", lines[4]);
        Assert.Matches("^2 of 3 pictures anomalous \\(threshold [0-9.]+\\), [01] uncertain \\(from [0-9.]+\\)", lines[^1]);
    }

    [Fact]
    public void Fail_on_anomaly_exits_3_only_if_there_is_one()
    {
        Assert.Equal(3, Inspect(_good, _bad, "--fail-on-anomaly").Code);
        Assert.Equal(0, Inspect(_good, "--fail-on-anomaly").Code);
        Assert.Equal(3, Inspect(_good, _bad, "--fail-on", "anomalous").Code);
        Assert.Equal(0, Inspect(_good, _bad, "--fail-on", "nothing").Code);
    }

    [Fact]
    public void Fail_on_uncertain_exits_3_for_uncertain_pictures_too()
    {
        // From score 0 on pictures are uncertain, from an unreachable one on anomalous.
        Thresholds thresholds = DetectorFile.ReadInfo(_command.Model).Thresholds;
        Calibrator.Apply(_command.Model, _command.Model, thresholds with { Image = 1000, Uncertain = 0 });
        Assert.Equal(3, Inspect(_good, "--fail-on", "uncertain").Code);
        Assert.Equal(0, Inspect(_good, "--fail-on", "anomalous").Code);
        CommandResult result = Inspect(_good, _bad, "--fail-on-anomaly");
        Assert.Equal(0, result.Code);
        Assert.Contains("0 of 2 pictures anomalous (threshold 1000), 2 uncertain (from 0)", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_is_as_its_schema_says()
    {
        File.WriteAllText(_command.Path("new/text.png"), "text");
        Assert.Equal(1, Inspect(_command.Path("new"), "--json", _command.Path("found.json")).Code);
        JsonSchema schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "inspection.schema.json")));
        string json = File.ReadAllText(_command.Path("found.json"));
        Assert.True(IsValid(json));

        // It says something: it refuses what is missing, misspelt, of another kind, or out of range.
        Assert.Contains("\"normalized_peak\"", json, StringComparison.Ordinal);
        Assert.False(IsValid(json.Replace("\"uncertain_threshold\"", "\"uncertain\"", StringComparison.Ordinal)));
        Assert.False(IsValid(json.Replace("\"anomalous\"", "\"bad\"", StringComparison.Ordinal)));
        Assert.False(IsValid(json.Replace("\"contour\"", "\"outline\"", StringComparison.Ordinal)));
        Assert.False(IsValid(json.Replace("\"normalized_score\": ", "\"normalized_score\": 7", StringComparison.Ordinal)));

        bool IsValid(string text) => schema.Evaluate(JsonDocument.Parse(text).RootElement).IsValid;
    }

    [Fact]
    public void Regions_are_written_as_CSV_and_COCO_and_small_ones_left_out_on_demand()
    {
        Assert.Equal(0, Inspect(_bad, _good, "--csv", _command.Path("found.csv"), "--coco", _command.Path("coco.json"), "--json", _command.Path("all.json")).Code);
        JsonArray regions = JsonNode.Parse(File.ReadAllText(_command.Path("all.json")))!["pictures"]![0]!["regions"]!.AsArray();
        JsonArray annotations = JsonNode.Parse(File.ReadAllText(_command.Path("coco.json")))!["annotations"]!.AsArray();
        string[] lines = File.ReadAllLines(_command.Path("found.csv"));
        int OfBad(string[] csv) => csv.Count(l => l.StartsWith(_bad, StringComparison.Ordinal));
        Assert.Equal(regions.Count, OfBad(lines));
        Assert.Equal(regions.Count, annotations.Count(a => (int)a!["image_id"]! == 1));

        double largest = regions.Max(r => (double)r!["area"]!);
        string area = largest.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(0, Inspect(_bad, "--min-area", area, "--json", _command.Path("one.json")).Code);
        JsonNode one = JsonNode.Parse(File.ReadAllText(_command.Path("one.json")))!["pictures"]![0]!;
        Assert.Equal(largest, (double)Assert.Single(one["regions"]!.AsArray())!["area"]!);
        CommandResult none = Inspect(_bad, "--min-area", "1000", "--csv", _command.Path("none.csv"));
        Assert.Matches("bad ü.png .* anomalous +0", none.Out);
        Assert.Equal(2, File.ReadAllLines(_command.Path("none.csv")).Length);
    }

    [Fact]
    public void Overlays_maps_and_json_are_written()
    {
        Assert.Equal(0, Inspect(_command.Path("new"), _bad, "--out", _command.Path("found"), "--json", _command.Path("found.json")).Code);
        RgbImage overlay = ImageFile.Decode(_command.Path("found/sub/bad ü.jpg"));
        Assert.Equal((24 * 3) + 8, overlay.Width);
        Assert.Equal(24, overlay.Height);
        (float[] map, int[] shape) = NpyFile.Read(_command.Path("found/sub/bad ü.npy"));
        Assert.Equal([16, 16], shape);
        Assert.True(File.Exists(_command.Path("found/good one.npy")));
        Assert.True(File.Exists(_command.Path("found/bad ü.npy")));

        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("found.json")))!;
        JsonNode bad = json["pictures"]![1]!;
        Assert.Equal(_bad, (string)bad["path"]!);
        Assert.Equal("anomalous", (string)bad["verdict"]!);
        Assert.Equal(map.Max(), (float)bad["score"]!);
        Assert.Equal(24, (int)bad["width"]!);
        Assert.InRange((int)bad["regions"]![0]!["x"]!, 4, 8);
        Assert.True((float)bad["score"]! > (float)json["threshold"]!);
    }

    [Fact]
    public void Two_pictures_of_one_name_get_outputs_of_their_own()
    {
        string other = _command.Path("other/bad ü.png");
        SyntheticParts.Save(other, SyntheticParts.Part(3, false));
        Assert.Equal(0, Inspect(_bad, other, "--out", _command.Path("found")).Code);
        Assert.True(File.Exists(_command.Path("found/bad ü.npy")));
        Assert.True(File.Exists(_command.Path("found/bad ü-2.npy")));
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named_and_the_exit_code_is_1()
    {
        string text = _command.Path("new/a text.png");
        File.WriteAllText(text, "text");
        CommandResult skipped = Inspect(_command.Path("new"), "--json", _command.Path("found.json"));
        Assert.Equal(1, skipped.Code);
        Assert.StartsWith($"left out: {text} is not a PNG", skipped.Error, StringComparison.Ordinal);
        Assert.Equal("retort: 1 of 3 pictures could not be read; mend those named above or leave them out.", skipped.LastError);
        Assert.Contains("1 of 2 pictures anomalous", skipped.Out, StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(File.ReadAllText(_command.Path("found.json")))!["pictures"]!.AsArray().Count);

        CommandResult stopped = Inspect(_command.Path("new"), "--on-bad-picture", "stop");
        Assert.Equal((1, ""), (stopped.Code, stopped.Out));
        Assert.StartsWith($"retort: {text} is not a PNG", stopped.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_odd_sizes_are_inspected()
    {
        string tiny = _command.Path("tiny.png");
        string wide = _command.Path("wide.png");
        SyntheticParts.Save(tiny, new RgbImage(1, 1));
        SyntheticParts.Save(wide, new RgbImage(20000, 20));
        Assert.Equal(0, Inspect(tiny, wide, "--out", _command.Path("found")).Code);
        Assert.Equal(1600 * 3 + 8, ImageFile.Decode(_command.Path("found/wide.jpg")).Width);
    }

    [Fact]
    public void Missing_paths_and_empty_folders_are_named()
    {
        CommandResult missing = Inspect(_command.Path("nothing"));
        Assert.Equal((1, $"retort: {_command.Path("nothing")}: there is no such file or folder; check the path."), (missing.Code, missing.LastError));
        Directory.CreateDirectory(_command.Path("empty"));
        CommandResult empty = Inspect(_command.Path("empty"));
        Assert.Equal(1, empty.Code);
        Assert.StartsWith($"retort: {_command.Path("empty")}: there are no pictures in this folder", empty.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_that_cannot_be_written_are_named()
    {
        string file = _command.Path("a file");
        File.WriteAllText(file, "");
        CommandResult result = Inspect(_bad, "--out", file);
        Assert.Equal(1, result.Code);
        Assert.StartsWith($"retort: --out {file}: the folder cannot be made", result.LastError, StringComparison.Ordinal);
        CommandResult json = Inspect(_bad, "--json", _command.Path("no/where.json"));
        Assert.Equal(1, json.Code);
        Assert.Equal(("", $"retort: --json {_command.Path("no/where.json")}: its folder does not exist; make the folder or choose another place."), (json.Out, json.LastError));
        CommandResult csv = Inspect(_bad, "--csv", _command.Path("no/where.csv"));
        Assert.Equal((1, $"retort: --csv {_command.Path("no/where.csv")}: its folder does not exist; make the folder or choose another place."), (csv.Code, csv.LastError));
        CommandResult coco = Inspect(_bad, "--coco", _command.Root);
        Assert.Equal((1, $"retort: --coco {_command.Root}: this is a folder; give the name of a file."), (coco.Code, coco.LastError));
        json = Inspect(_bad, "--json", _command.Root);
        Assert.Equal((1, $"retort: --json {_command.Root}: this is a folder; give the name of a file."), (json.Code, json.LastError));
    }

    [FullDiskFact]
    public void A_full_disk_leaves_no_half_files()
    {
        using var disk = new SmallDisk(_command.Root, 4);
        File.WriteAllBytes(Path.Combine(disk.Path, "fill"), new byte[4096]);
        string json = Path.Combine(disk.Path, "found.json");
        CommandResult result = Inspect(_bad, "--json", json);
        Assert.Equal(1, result.Code);
        Assert.StartsWith($"retort: --json {json}: the disk is full; free some space", result.LastError, StringComparison.Ordinal);

        result = Inspect(_bad, "--out", disk.Path);
        Assert.Equal(1, result.Code);
        Assert.Contains("bad ü.npy' cannot be written; check that", result.LastError, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(disk.Path, "fill")], Directory.GetFiles(disk.Path));
    }

    [Fact]
    public void Cancelling_exits_130()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult result = CommandLine.Run(stop.Token, "inspect", "--model", _command.Model, _bad);
        Assert.Equal((130, "retort: stopped after 0 of 1 picture."), (result.Code, result.LastError));
    }

    private CommandResult Inspect(params string[] more) => CommandLine.Run(["inspect", "--model", _command.Model, "--threads", "1", .. more]);
}
