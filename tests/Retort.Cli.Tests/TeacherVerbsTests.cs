using System.Diagnostics;
using System.Text.Json.Nodes;
using Retort.Networks.Tests.Weights;
using Retort.Networks.Weights;
using Retort.Teachers;
using Retort.Tests;
using Retort.Tests.Teachers;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

/// <summary>In a process of its own where the environment counts: the tests of the other classes run beside these in the same process.</summary>
public sealed class TeacherVerbsTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private string Folder => Path.Combine(_root.Path, "größe 漢字", "teachers");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_teacher_is_imported_listed_and_used_by_its_name()
    {
        CommandResult empty = Run("teacher", "list");
        Assert.Equal((0, ""), (empty.Code, empty.Error));
        Assert.StartsWith($"built-in: a resnet18 that is part of Retort, and the default (sha256 {BuiltInTeacher.Load().Sha256})", empty.Out, StringComparison.Ordinal);
        Assert.Contains($"teachers in {Folder}: none", empty.Out, StringComparison.Ordinal);
        Assert.Matches(@"wide-resnet50-2 +138\.2 +https://download\.pytorch\.org/models/wide_resnet50_2-95faca4d\.pth", empty.Out);

        string file = SyntheticParts.WriteRandomTeacher(Path.Combine(_root.Path, "net.safetensors"));
        CommandResult imported = Run("teacher", "import", file, "--name", "resnet18-mine");
        Assert.Equal((0, ""), (imported.Code, imported.Error));
        Assert.Equal($"resnet18-mine: {Path.Combine(Folder, "resnet18-mine.safetensors")}, a resnet18; use it with --teacher resnet18-mine", imported.Out.TrimEnd());
        Assert.Contains("was there already", Run("teacher", "import", file, "--name", "resnet18-mine").Out, StringComparison.Ordinal);

        string json = Path.Combine(_root.Path, "list.json");
        CommandResult list = Run("teacher", "list", "--json", json);
        Assert.Matches(@"resnet18-mine +resnet18 +11\.1 +imported from net\.safetensors +[0-9a-f]{64}", list.Out);
        Assert.DoesNotContain("resnet18-f37072fd", list.Out, StringComparison.Ordinal);
        JsonNode content = JsonNode.Parse(File.ReadAllText(json))!;
        Assert.Equal(("built-in", BuiltInTeacher.Load().Sha256), ((string)content["builtIn"]!["name"]!, (string)content["builtIn"]!["sha256"]!));
        Assert.Equal("resnet18-mine", (string)content["installed"]![0]!["name"]!);
        Assert.Equal(CheckpointFile.Load(file).Sha256, (string)content["installed"]![0]!["originSha256"]!);
        Assert.Equal(Path.Combine(Folder, "resnet18-mine.safetensors"), (string)content["installable"]![0]!["installed"]!);
        Assert.Null(content["installable"]![3]!["installed"]);

        string parts = SyntheticParts.Write(Path.Combine(_root.Path, "parts"), 3);
        CommandResult trained = Run("train", "--method", "stfpm", "--preset", "quick", "--teacher", "resnet18", "--data", parts, "--steps", "1", "--batch", "1", "--size", "64", "--out", Path.Combine(_root.Path, "a.retort"), "--quiet");
        Assert.True(trained.Code == 0, trained.Error);
    }

    [Fact]
    public void Installing_goes_through_the_proxy_of_the_environment_and_a_failure_says_what_to_do()
    {
        using var proxy = new FaultyServer(FaultyServer.Status("404 Not Found"));
        var environment = new Dictionary<string, string> { ["http_proxy"] = proxy.Address.AbsoluteUri, ["no_proxy"] = "", ["RETORT_TEACHER_MIRROR"] = "http://mirror.invalid/torch" };
        CommandResult result = Run(environment, "teacher", "install", "wide_resnet50_2");
        Assert.Equal((1, ""), (result.Code, result.Out));
        Assert.Equal(
            $"retort: wide-resnet50-2: http://mirror.invalid/torch/wide_resnet50_2-95faca4d.pth cannot be fetched (the server answers 404 Not Found); try again, give another source with --from URL, or put torchvision's file wide_resnet50_2-95faca4d.pth (138223492 bytes) into {Folder}.",
            result.LastError);
        Assert.Equal("http://mirror.invalid/torch/wide_resnet50_2-95faca4d.pth", Assert.Single(proxy.Requests).Target);
    }

    [Fact]
    public void A_cancelled_download_is_kept()
    {
        using var server = new FaultyServer(FaultyServer.Silence());
        using Process process = Start([], "teacher", "install", "resnet18", "--from", server.Address.AbsoluteUri);
        while (server.Requests.Count == 0 && !process.HasExited)
        {
            Thread.Sleep(10);
        }

        // As Ctrl-C does, but a shell that starts the tests in the background would have its children ignore that.
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        CommandResult result = Finish(process);
        Assert.Equal((130, "retort: stopped before all of resnet18-f37072fd.pth had come; the same command goes on from there."), (result.Code, result.LastError));
    }

    [Fact]
    public void A_hostile_checkpoint_is_one_sentence_in_every_verb_and_runs_nothing()
    {
        string file = Path.Combine(_root.Path, "hostile.pth");
        string pwned = Path.Combine(_root.Path, "pwned");
        using (MemoryStream zip = new PickleWriter().Global("posix", "system").Text($"touch {pwned}").Bytes(0x85).Op('R').ToZip())
        {
            File.WriteAllBytes(file, zip.ToArray());
        }

        string parts = SyntheticParts.Write(Path.Combine(_root.Path, "parts"), 3);
        string output = Path.Combine(_root.Path, "out.retort");
        string[][] commands =
        [
            ["teacher", "import", file],
            ["train", "--method", "stfpm", "--preset", "quick", "--data", parts, "--teacher", file, "--out", output],
            ["import", "--from", "destseg", file, "--data", parts, "--out", output],
            ["import", "--from", "rd4ad", file, "--data", parts, "--out", output],
        ];
        foreach (string[] command in commands)
        {
            CommandResult result = CommandLine.Run(command);
            Assert.Equal((1, ""), (result.Code, result.Out));
            Assert.Equal(
                $"retort: '{file}' cannot be read as a PyTorch checkpoint: it asks for Python's 'posix.system', which is not among the few names a file of tensors needs; save the tensors alone with torch.save(model.state_dict(), file).",
                result.Error.TrimEnd());
        }

        Assert.False(File.Exists(pwned));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void A_checkpoint_becomes_a_detector_that_says_where_it_comes_from()
    {
        string parts = SyntheticParts.Write(Path.Combine(_root.Path, "parts"), 3);
        string teacher = SyntheticParts.WriteRandomTeacher(Path.Combine(_root.Path, "teacher.safetensors"));
        string trained = Path.Combine(_root.Path, "trained.retort");
        Assert.Equal(0, CommandLine.Run("train", "--method", "reverse-distillation", "--preset", "quick", "--data", parts, "--steps", "1", "--batch", "2", "--size", "64", "--teacher", teacher, "--out", trained).Code);

        // The student's names are those of the authors' release.
        string checkpoint = Path.Combine(_root.Path, "student.pth");
        SafeTensors.Write(checkpoint, [.. Detectors.DetectorFile.Read(trained).Weights.Where(t => !t.Name.StartsWith("teacher.", StringComparison.Ordinal))]);
        string output = Path.Combine(_root.Path, "imported.retort");
        CommandResult result = CommandLine.Run("import", "--from", "rd4ad", checkpoint, "--data", parts, "--teacher", teacher, "--size", "64", "--out", output);

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains($"{output}: reverse-distillation, imported from rd4ad, teacher resnet18, 64 x 64 pixels", result.Out, StringComparison.Ordinal);
        Assert.Contains("set on 3 given pictures", result.Out, StringComparison.Ordinal);
        CommandResult info = CommandLine.Run("info", "--model", output);
        Assert.Contains($"imported    student.pth (from rd4ad, sha256 {CheckpointFile.Load(checkpoint).Sha256}); how it was trained is not known", info.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("trained on", info.Out, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("verify", "--model", output).Code);

        // The same weights: the same scores.
        CommandResult Inspect(string model) => CommandLine.Run("inspect", "--model", model, Path.Combine(parts, "test", "spot"), "--json", Path.Combine(_root.Path, "scores.json"));
        double[] Scores(string model)
        {
            Inspect(model);
            return [.. JsonNode.Parse(File.ReadAllText(Path.Combine(_root.Path, "scores.json")))!["pictures"]!.AsArray().Select(p => (double)p!["score"]!)];
        }

        Assert.Equal(Scores(trained), Scores(output));
    }

    private CommandResult Run(params string[] args) => Run([], args);

    private CommandResult Run(Dictionary<string, string> environment, params string[] args)
    {
        using Process process = Start(environment, args);
        return Finish(process);
    }

    private Process Start(Dictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(Program).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RETORT_TEACHERS"] = Folder;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static CommandResult Finish(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, error.Result);
    }
}
