using System.IO.Compression;
using System.Text.Json.Nodes;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

public sealed class InfoAndVerifyVerbTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public InfoAndVerifyVerbTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
    }

    public void Dispose() => _command.Dispose();

    [Fact]
    public void Info_shows_what_is_in_a_detector()
    {
        CommandResult result = CommandLine.Run("info", "--model", _command.Model, "--json", _command.Path("info.json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("method      pixel-statistics", result.Out, StringComparison.Ordinal);
        Assert.Contains("input       16 x 16 pixels", result.Out, StringComparison.Ordinal);
        Assert.Contains("trained on  parts: 18 pictures, 2 held back", result.Out, StringComparison.Ordinal);
        Assert.Contains("mean 40 steps to loss ", result.Out, StringComparison.Ordinal);
        Assert.Matches("\nthreshold +[0-9.]+ for a picture \\(uncertain from [0-9.]+\\), [0-9.]+ for a pixel\r?\n", result.Out);
        Assert.Matches("\nset on +2 held-back pictures, for 2 % of good pictures over the threshold, by the tail of their scores\r?\n", result.Out);
        Assert.Matches("\nexpect +2 % \\(0 % to [0-9.]+ %\\) of good pictures defective, 10 % \\(0 % to [0-9.]+ %\\) uncertain or worse, 2 % ", result.Out);
        Assert.Contains("warning     2 good pictures cannot show a rate of 2 % (that takes 50 or more)", result.Out, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_command.Path("info.json")))!;
        Assert.Equal("pixel-statistics", (string)json["method"]!);
        Assert.Equal("held-back", (string)json["thresholds"]!["source"]!);
    }

    [Fact]
    public void Verify_passes_a_detector_as_it_was_made()
    {
        CommandResult result = CommandLine.Run("verify", "--model", _command.Model, "--json", _command.Path("verify.json"));
        Assert.Equal(0, result.Code);
        Assert.Contains("self-test   passed: the map differs by at most 0, the score by 0 ", result.Out, StringComparison.Ordinal);
        Assert.True((bool)JsonNode.Parse(File.ReadAllText(_command.Path("verify.json")))!["passed"]!);
    }

    [Fact]
    public void A_truncated_or_bit_flipped_detector_is_one_line_in_every_verb()
    {
        byte[] whole = File.ReadAllBytes(_command.Model);
        byte[] flipped = (byte[])whole.Clone();
        flipped[whole.Length / 3] ^= 4;
        foreach (byte[] bytes in (byte[][])[whole[..(whole.Length / 2)], flipped])
        {
            File.WriteAllBytes(_command.Model, bytes);
            string[][] commands =
            [
                ["verify", "--model", _command.Model],
                ["inspect", "--model", _command.Model, Path.Combine(_command.Parts, "train", "good", "000.png")],
                ["evaluate", "--model", _command.Model, "--data", _command.Parts],
            ];
            foreach (string[] command in commands)
            {
                CommandResult result = CommandLine.Run(command);
                Assert.Equal((1, ""), (result.Code, result.Out));
                Assert.StartsWith($"retort: {_command.Model}: this is not a detector file, or it is damaged (", result.Error, StringComparison.Ordinal);
                Assert.Single(result.Error.TrimEnd().Split('\n'));
            }
        }
    }

    [Theory]
    [InlineData("info")]
    [InlineData("verify")]
    public void A_folder_in_place_of_the_file_to_write_is_told_before_anything_else(string verb)
    {
        CommandResult result = CommandLine.Run(verb, "--model", _command.Model, "--json", _command.Parts);
        Assert.Equal((1, "", $"retort: --json {_command.Parts}: this is a folder; give the name of a file."), (result.Code, result.Out, result.LastError));
    }

    [Fact]
    public void What_is_no_detector_is_named()
    {
        string text = _command.Path("text.retort");
        foreach (string content in (string[])["", "this is a text"])
        {
            File.WriteAllText(text, content);
            AssertInfo($"{text}: this is not a detector file, or it is damaged (it is not a whole zip archive); copy it anew from where it was trained.", text);
        }

        AssertInfo($"{_command.Root}: this is a folder; give a detector file.", _command.Root);
        string missing = _command.Path("missing.retort");
        AssertInfo($"{missing}: there is no such detector file; check the path.", missing);

        static void AssertInfo(string expected, string model)
        {
            CommandResult result = CommandLine.Run("info", "--model", model);
            Assert.Equal((1, "", $"retort: {expected}{Environment.NewLine}"), (result.Code, result.Out, result.Error));
        }
    }

    [Fact]
    public void A_newer_detector_asks_for_a_newer_program()
    {
        using (ZipArchive zip = ZipFile.Open(_command.Model, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = zip.GetEntry("detector.json")!;
            string json;
            using (var reader = new StreamReader(entry.Open()))
            {
                json = reader.ReadToEnd();
            }

            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("detector.json", CompressionLevel.NoCompression).Open());
            writer.Write(json.Replace("\"formatVersion\": 1", "\"formatVersion\": 9", StringComparison.Ordinal));
        }

        CommandResult result = CommandLine.Run("info", "--model", _command.Model);
        Assert.Equal((1, $"retort: {_command.Model}: this detector file is of format 9, and this Retort reads up to 1; use a newer Retort."), (result.Code, result.LastError));
    }

    [Fact]
    public void Verbose_adds_where_it_arose()
    {
        Assert.DoesNotContain("   at ", CommandLine.Run("info", "--model", _command.Path("none")).Error, StringComparison.Ordinal);
        Assert.Contains("   at ", CommandLine.Run("info", "--model", _command.Path("none"), "--verbose").Error, StringComparison.Ordinal);
    }
}
