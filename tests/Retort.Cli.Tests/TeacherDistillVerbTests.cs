using System.Text.Json.Nodes;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class TeacherDistillVerbTests(TeacherFixture teacher) : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command = new(teacher);

    private string Out => _command.Path("small.safetensors");

    public void Dispose() => _command.Dispose();

    [Fact]
    public void It_writes_a_teacher_its_curve_and_how_it_went()
    {
        WritePhotos(10);
        string big = SyntheticParts.WriteRandomTeacher(_command.Path("big.safetensors"));
        CommandResult result = Distill("--from", big, "--data", _command.Path("photos"), "--steps", "2", "--batch", "1", "--crop", "64", "--seed", "4", "--json", _command.Path("how.json"));
        Assert.True(result.Code == 0, result.Error);
        Assert.Matches("small.safetensors: 5.56[0-9]* MB, distilled from resnet18 on 9 pictures in [0-9:]+ \\(", result.Out);
        Assert.Contains("cosine to its features on 1 other picture: layer1 0.", result.Out, StringComparison.Ordinal);
        Assert.Contains("1/1 distillation 2/2, loss ", result.Error, StringComparison.Ordinal);

        TeacherFile big18 = TeacherFile.Load(big, ResNetArchitecture.ResNet18);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("how.json")))!;
        Assert.Equal(("resnet18", big18.Sha256), ((string)json["teacher"]!, (string)json["teacherSha256"]!));
        Assert.Equal((9, 1, 2, 4ul), ((int)json["pictures"]!, (int)json["heldBack"]!, (int)json["steps"]!, (ulong)json["seed"]!));
        Assert.Equal(new FileInfo(Out).Length, (long)json["bytes"]!);
        Assert.Equal((3, 3), (json["cosine"]!.AsArray().Count, json["squaredError"]!.AsArray().Count));
        Assert.NotEqual(big18.Sha256, TeacherFile.Load(Out, ResNetArchitecture.ResNet18).Sha256);

        // 2 steps are fewer than the 250 from one look to the next.
        Assert.Equal([Out], Directory.GetFiles(_command.Root, "small*"));
    }

    [Fact]
    public void Cancelled_it_keeps_a_checkpoint_that_other_settings_do_not_go_on_from()
    {
        WritePhotos(10);
        string[] options = ["--from", SyntheticParts.WriteRandomTeacher(_command.Path("big.safetensors")), "--data", _command.Path("photos"), "--batch", "1", "--crop", "64", "--checkpoint-every", "0"];
        using var stop = new CancellationTokenSource();
        using var watch = new Timer(_ => { if (File.Exists(Out + ".checkpoint")) { stop.Cancel(); } }, null, 10, 10);
        CommandResult stopped = Distill(stop.Token, [.. options, "--steps", "100000"]);
        Assert.Equal(130, stopped.Code);
        Assert.Matches("^retort: stopped after [0-9]+ of 100000 steps; the same command with --resume goes on from .*small.safetensors.checkpoint\\.$", stopped.LastError);

        CommandResult other = Distill([.. options, "--steps", "99999", "--resume"]);
        Assert.Equal(1, other.Code);
        Assert.StartsWith("retort: --steps: the checkpoint was made with 100000 and this run has 99999", other.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--crop 100: give a multiple of 32 from 64 to 1024, for instance --crop 160.", "--crop", "100")]
    [InlineData("--rate 0: give a number above 0 and up to 1.", "--rate", "0")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string expected, params string[] args)
    {
        CommandResult result = Distill(["--data", "x", "--from", "y", .. args]);
        Assert.Equal((2, "", $"retort: {expected} (see retort teacher distill --help){Environment.NewLine}"), (result.Code, result.Out, result.Error));
    }

    [Fact]
    public void What_it_needs_and_lacks_is_told()
    {
        CommandResult from = Distill("--data", "x");
        Assert.Equal((2, "retort: --from: this option is missing; give --from FILE|NAME. (see retort teacher distill --help)"), (from.Code, from.LastError));
        CommandResult nobody = Distill("--data", "x", "--from", "nobody.pth");
        Assert.Equal(1, nobody.Code);
        Assert.StartsWith("retort: --from nobody.pth: there is no such file; give a weight file, or one of the names resnet18,", nobody.LastError, StringComparison.Ordinal);

        CommandResult nowhere = Distill("--data", _command.Path("none"), "--from", teacher.Path);
        Assert.Equal(1, nowhere.Code);
        Assert.Contains("none", nowhere.LastError, StringComparison.Ordinal);
        WritePhotos(3);
        Assert.EndsWith("photos: 3 pictures are too few to distil on; give at least 10, better hundreds.", Distill("--data", _command.Path("photos"), "--from", teacher.Path).LastError, StringComparison.Ordinal);

        string head = _command.Path("head.safetensors");
        SafeTensors.Write(head, [new NamedTensor("fc.weight", [1, 1], [0])]);
        CommandResult other = Distill("--data", _command.Path("photos"), "--from", head);
        Assert.Equal(1, other.Code);
        Assert.Contains("head.safetensors' holds the state dict of none of resnet18, resnet34,", other.LastError, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    private void WritePhotos(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var picture = new RgbImage(70, 66);
            for (int at = 0; at < picture.Pixels.Length; at++)
            {
                picture.Pixels[at] = (byte)((at * (i + 3) / 7) + (at % 3 * 40));
            }

            SyntheticParts.Save(_command.Path($"photos/{i:00}.png"), picture);
        }
    }

    private CommandResult Distill(params string[] args) => Distill(CancellationToken.None, args);

    private CommandResult Distill(CancellationToken cancellation, params string[] args) =>
        CommandLine.Run(cancellation, ["teacher", "distill", "--out", Out, "--threads", "1", .. args]);
}
