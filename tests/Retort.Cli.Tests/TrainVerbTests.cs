using System.IO.Compression;
using System.Text.Json.Nodes;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class TrainVerbTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command = new(teacher);

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Training_says_what_it_made_and_shows_progress_as_lines()
    {
        SyntheticParts.Write(_command.Parts);
        CommandResult result = _command.Train("--preset", "quick", "--seed", "3", "--json", _command.Path("info.json"));
        Assert.Equal(0, result.Code);
        Assert.StartsWith($"{_command.Model}: pixel-statistics, trained on 11 pictures in 0:0", result.Out, StringComparison.Ordinal);
        Assert.Contains("set on 1 held-back picture", result.Out, StringComparison.Ordinal);
        Assert.Contains("1/2 mean 1/2, loss ", result.Error, StringComparison.Ordinal);
        Assert.Contains("2/2 deviation 2/2, loss ", result.Error, StringComparison.Ordinal);
        Assert.Contains(" steps/s, 0:00 left", result.Error, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("info.json")))!;
        Assert.Equal(3, (int)json["training"]!["seed"]!);
        Assert.Equal("[2,2]", json["options"]!["steps"]!.ToJsonString());
    }

    [Fact]
    public void Learning_curves_go_into_the_files_that_were_asked_for_and_go_on_with_the_training()
    {
        SyntheticParts.Write(_command.Parts);
        string[] logs = ["--log", _command.Path("curves.jsonl"), "--tensorboard", _command.Path("runs")];
        Assert.Equal(0, _command.Train(["--quiet", .. logs]).Code);
        Assert.Equal(16, File.ReadLines(_command.Path("curves.jsonl")).Count(l => l.StartsWith("{\"step\":", StringComparison.Ordinal)));
        Assert.True(new FileInfo(_command.Path("runs/events.out.tfevents.retort")).Length > 16 * 90);

        // No checkpoint is left, so training begins anew, and so do the curves.
        Assert.Equal(0, _command.Train(["--resume", "--steps", "2,3", .. logs]).Code);
        Assert.Equal(5, File.ReadLines(_command.Path("curves.jsonl")).Count(l => l.StartsWith("{\"step\":", StringComparison.Ordinal)));

        CommandResult lost = _command.Train("--log", _command.Path("no/curves.jsonl"));
        Assert.Equal((1, $"retort: {_command.Path("no/curves.jsonl")}: its folder does not exist; make the folder or choose another place."), (lost.Code, lost.LastError));
    }

    [Fact]
    public void Quiet_training_says_nothing_on_standard_error()
    {
        SyntheticParts.Write(_command.Parts);
        CommandResult result = _command.Train("--quiet");
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    [Fact]
    public void Cancelling_exits_130_with_a_checkpoint_and_resume_goes_on()
    {
        SyntheticParts.Write(_command.Parts);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CommandResult early = _command.Train(stop.Token);
        Assert.Equal((130, "retort: stopped while pictures were read; no step was done."), (early.Code, early.LastError));

        // Cancelled when the first checkpoint is there, so that it happens between steps on a machine of any speed.
        using var later = new CancellationTokenSource();
        using var watch = new Timer(_ => { if (File.Exists(_command.Model + ".checkpoint")) { later.Cancel(); } }, null, 10, 10);
        CommandResult stopped = _command.Train(later.Token, "--steps", "2000000,1", "--checkpoint-every", "0");
        Assert.Equal(130, stopped.Code);
        Assert.Matches($"^retort: stopped after [0-9]+ of 2000001 steps; the same command with --resume goes on from .*part.retort.checkpoint\\.$", stopped.LastError);
        Assert.False(File.Exists(_command.Model));

        CommandResult other = _command.Train("--resume");
        Assert.Equal(1, other.Code);
        Assert.StartsWith("retort: --steps: the checkpoint was made with 2000000,1 and this run has 8,8", other.LastError, StringComparison.Ordinal);

        CommandResult anew = _command.Train();
        Assert.Equal(0, anew.Code);
        Assert.Contains("a checkpoint of an earlier training is here and will be replaced", anew.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Method_options_are_set_and_wrong_ones_are_wrong_usage()
    {
        SyntheticParts.Write(_command.Parts);
        Assert.Equal(0, _command.Train("--set", "rate=0.5").Code);
        Assert.Contains("\"rate\":\"0.5\"", CommandLine.Run("info", "--model", _command.Model).Out, StringComparison.Ordinal);
        CommandResult wrong = _command.Train("--set", "pace=0.5");
        Assert.Equal((2, "retort: --set pace: there is no such option; choose rate or fail-at. (see retort train --help)"), (wrong.Code, wrong.LastError));
        Assert.Equal(2, _command.Train("--size", "300").Code);
    }

    [Fact]
    public void A_data_folder_that_is_missing_empty_or_without_good_pictures_is_named()
    {
        AssertFails($"{_command.Parts}: there is no such folder", _command.Train());
        Directory.CreateDirectory(_command.Parts);
        AssertFails($"{_command.Parts}: the folder is empty", _command.Train());
        Directory.CreateDirectory(Path.Combine(_command.Parts, "train", "good"));
        AssertFails($"{_command.Parts}: there are no pictures in train/good", _command.Train());
        SyntheticParts.Save(Path.Combine(_command.Parts, "test", "good", "0.png"), SyntheticParts.Part(0, false));
        AssertFails($"{Path.Combine(_command.Parts, "train", "good")}: there are no pictures to learn from", _command.Train());
    }

    [Fact]
    public void Bad_pictures_are_named_or_skipped()
    {
        SyntheticParts.Write(_command.Parts);
        string text = Path.Combine(_command.Parts, "train", "good", "0 text.png");
        File.WriteAllText(text, "not a picture");
        AssertFails($"{text} is not a PNG", _command.Train("--held-back", "0"));

        string cut = Path.Combine(_command.Parts, "train", "good", "0 cut.png");
        File.WriteAllBytes(cut, File.ReadAllBytes(Path.Combine(_command.Parts, "train", "good", "000.png"))[..200]);
        AssertFails($"{cut} is damaged or cut short", _command.Train("--held-back", "0"));

        CommandResult skipped = _command.Train("--held-back", "0", "--on-bad-picture", "skip");
        Assert.Equal(0, skipped.Code);
        Assert.Contains($"left out: {cut}", skipped.Error, StringComparison.Ordinal);
        Assert.Contains($"left out: {text}", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("2 pictures could not be read and were left out.", skipped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_any_shape_are_trained_on()
    {
        SyntheticParts.Write(_command.Parts);
        SyntheticParts.Save(Path.Combine(_command.Parts, "train", "good", "tiny.png"), new RgbImage(1, 1));
        SyntheticParts.Save(Path.Combine(_command.Parts, "train", "good", "wide.png"), new RgbImage(20000, 20));
        Assert.Equal(0, _command.Train().Code);
    }

    [Fact]
    public void A_teacher_that_is_missing_or_of_another_shape_is_named()
    {
        SyntheticParts.Write(_command.Parts);
        string file = _command.Path("wrong teacher.safetensors");
        CommandResult missing = CommandLine.Run("train", "--method", PixelStatistics.Name, "--data", _command.Parts, "--out", _command.Model, "--teacher", file);
        AssertFails($"--teacher {file}: there is no such file", missing);

        SafeTensors.Write(file, [new NamedTensor("conv1.weight", [1, 1, 7, 7], new float[49]), new NamedTensor("conv1.bias", [1], [0])]);
        CommandResult wrong = CommandLine.Run("train", "--method", PixelStatistics.Name, "--data", _command.Parts, "--out", _command.Model, "--teacher", file);
        Assert.Equal(1, wrong.Code);
        Assert.Contains("wrong teacher.safetensors", wrong.LastError, StringComparison.Ordinal);
        Assert.Contains("conv1.weight", wrong.LastError, StringComparison.Ordinal);

        File.WriteAllText(file, "text");
        wrong = CommandLine.Run("train", "--method", PixelStatistics.Name, "--data", _command.Parts, "--out", _command.Model, "--teacher", file);
        Assert.Equal(1, wrong.Code);
        Assert.Contains("neither a safetensors file, nor a PyTorch checkpoint", wrong.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_of_something_else_are_no_teachers()
    {
        SyntheticParts.Write(_command.Parts);
        string file = _command.Path("other.pth");
        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create))
        {
            using Stream entry = zip.CreateEntry("notes.txt").Open();
            entry.Write("text"u8);
        }

        AssertFails($"'{file}' cannot be read as a PyTorch checkpoint: its zip holds no data.pkl; give a file that torch.save wrote.", WithTeacher(file));
        File.WriteAllBytes(file, [0x80, 2, (byte)'}', (byte)'.']);
        AssertFails($"'{file}' cannot be read as a PyTorch checkpoint: it does not begin with PyTorch's magic number", WithTeacher(file));
        SafeTensors.Write(file, [new NamedTensor("linear.weight", [2, 2], new float[4])]);
        AssertFails($"'{file}' lacks the tensor conv1.weight [64, 3, 7, 7]; give the state dict of a resnet18", WithTeacher(file));

        CommandResult WithTeacher(string path) =>
            CommandLine.Run("train", "--method", "destseg", "--size", "64", "--data", _command.Parts, "--out", _command.Model, "--teacher", path);
    }

    [Fact]
    public void A_folder_of_textures_that_is_missing_or_empty_is_named_before_any_picture_is_read()
    {
        SyntheticParts.Write(_command.Parts);
        File.WriteAllText(Path.Combine(_command.Parts, "train", "good", "000.png"), "text");
        string folder = _command.Path("textures");
        AssertFails($"{folder}: there is no such folder; check the path.", _command.Train("--textures", folder));
        Directory.CreateDirectory(folder);
        AssertFails($"{folder}: there are no pictures in this folder; name one that holds texture pictures", _command.Train("--textures", folder));
    }

    [Fact]
    public void The_real_method_trains_inspects_and_verifies_in_a_path_of_blanks_and_umlauts()
    {
        SyntheticParts.Write(_command.Parts);
        string real = SyntheticParts.WriteRandomTeacher(_command.Path("random teacher.safetensors"));
        CommandResult trained = CommandLine.Run(
            "train", "--data", _command.Parts, "--out", _command.Model, "--teacher", real, "--size", "64", "--batch", "2", "--steps", "2,1", "--rotate", "full");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.StartsWith($"{_command.Model}: destseg, trained on 11 pictures in ", trained.Out, StringComparison.Ordinal);
        Assert.Contains("2/2 segmentation 1/1, loss ", trained.Error, StringComparison.Ordinal);
        CommandResult verified = CommandLine.Run("verify", "--model", _command.Model);
        Assert.True(verified.Code == 0, verified.Error);
        Assert.Equal([_command.Model], Directory.GetFiles(_command.Root, "part.retort*"));
    }

    [Fact]
    public void An_output_that_is_a_folder_or_whose_results_have_no_place_is_refused_at_once()
    {
        SyntheticParts.Write(_command.Parts);
        AssertFails($"--json {_command.Path("no/where.json")}: its folder does not exist; make the folder or choose another place.", _command.Train("--json", _command.Path("no/where.json")));
        CommandResult folder = CommandLine.Run("train", "--method", PixelStatistics.Name, "--data", _command.Parts, "--out", _command.Parts);
        AssertFails($"{_command.Parts}: this is a folder; give the name of a file.", folder);
        Assert.Equal([_command.Parts], Directory.GetFileSystemEntries(_command.Root));
    }

    [Fact]
    public void An_output_in_a_missing_folder_is_refused_at_once()
    {
        SyntheticParts.Write(_command.Parts);
        CommandResult result = CommandLine.Run("train", "--method", PixelStatistics.Name, "--data", _command.Parts, "--out", _command.Path("no/where.retort"));
        AssertFails($"{_command.Path("no/where.retort")}: its folder does not exist", result);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_is_one_line()
    {
        SyntheticParts.Write(_command.Parts);
        AssertFails("pixel-statistics: the loss is not a number any more at step 4 of phase mean", _command.Train("--set", "fail-at=4"));
    }

    private static void AssertFails(string start, CommandResult result)
    {
        Assert.Equal(1, result.Code);
        Assert.StartsWith("retort: " + start, result.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
