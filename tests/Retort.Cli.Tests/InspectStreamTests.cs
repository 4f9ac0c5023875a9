using System.Text.Json.Nodes;
using Retort.Imaging;
using Retort.Networks.Weights;
using Retort.Tests.Training;

namespace Retort.Cli.Tests;

/// <summary><c>inspect</c> of pictures that come one by one.</summary>
public sealed class InspectStreamTests : IClassFixture<TeacherFixture>, IDisposable
{
    private readonly CommandLine _command;

    public InspectStreamTests(TeacherFixture teacher)
    {
        _command = new CommandLine(teacher);
        _command.TrainSample();
    }

    private string Folder => _command.Path("camera");

    private string Sink => _command.Path("found.jsonl");

    public void Dispose() => _command.Dispose();

    [Fact]
    public void A_list_on_standard_input_is_inspected_line_by_line()
    {
        string good = Save("a ü.png", 0, defective: false), bad = Save("b.png", 1, defective: true);
        CommandResult result = Inspect($"{good}\n\n  {bad}\r\n{good}", "-", "--out", _command.Path("out"), "--sink", _command.Path("found.csv"));
        Assert.Equal(0, result.Code);
        string[] lines = result.Out.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^.*a ü.png\t[0-9.E-]+\tgood\t0$", lines[0]);
        Assert.Matches("^.*b.png\t[0-9.]+\tanomalous\t[1-9]$", lines[1]);
        Assert.Contains("1 of 3 pictures anomalous", result.LastError, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_command.Path("found.csv")).Length);
        Assert.True(File.Exists(_command.Path("out/b.npy")));
        Assert.True(File.Exists(_command.Path("out/a ü-2.jpg")));
        Assert.Equal(3, Inspect(bad, "-", "--fail-on-anomaly").Code);
    }

    [Fact]
    public void A_name_with_a_tab_does_not_break_its_line()
    {
        string odd = Save("a\tb\u001b[2J.png", 0, defective: false);
        CommandResult result = Inspect(odd, "-", "--sink", Sink);
        Assert.Matches("^[^\t]*a b [[]2J.png\t[0-9.E-]+\tgood\t0$", result.Out.TrimEnd());
        Assert.Equal(odd, (string)JsonNode.Parse(File.ReadAllText(Sink))!["path"]!);
    }

    [Fact]
    public void A_list_names_what_cannot_be_read()
    {
        string good = Save("a.png", 0, defective: false);
        string missing = _command.Path("camera/missing.png");
        CommandResult result = Inspect($"{missing}\n{good}\n", "-", "--sink", Sink);
        Assert.Equal((1, "retort: 1 of 2 pictures could not be read; mend those named above or leave them out."), (result.Code, result.LastError));
        Assert.StartsWith($"left out: {missing} does not exist", result.Error, StringComparison.Ordinal);
        Assert.Equal([missing, good], File.ReadAllLines(Sink).Select(l => (string)JsonNode.Parse(l)!["path"]!));
        Assert.Equal($"{missing} does not exist: check the path.", (string)JsonNode.Parse(File.ReadAllLines(Sink)[0])!["error"]!);
        CommandResult stopped = Inspect($"{missing}\n{good}\n", "-", "--on-bad-picture", "stop");
        Assert.Equal((1, "", $"retort: {missing} does not exist: check the path."), (stopped.Code, stopped.Out, stopped.LastError));
    }

    [Fact]
    public void A_list_that_does_not_end_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        using var endless = new EndlessList(Save("a.png", 0, defective: false), after: 5, stop);
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run(["inspect", "--model", _command.Model, "--threads", "1", "-"], output, error, stop.Token, endless);
        Assert.Equal(130, code);
        Assert.Matches("retort: stopped after [0-9]+ pictures?\\.", error.ToString());
    }

    [Fact]
    public async Task A_watched_folder_is_inspected_as_pictures_come_and_not_again_after_a_restart()
    {
        Save("camera/before.png", 0, defective: false);
        CommandResult first = await WatchAsync(3, () =>
        {
            Save("camera/sub/bad.png", 1, defective: true);
            File.WriteAllText(Path.Combine(Folder, "part.tmp"), "half");
            SyntheticParts.Save(_command.Path("aside.png"), SyntheticParts.Part(2, false));
            File.Move(_command.Path("aside.png"), Path.Combine(Folder, "renamed.png"));
        }, "--out", _command.Path("out"), "--fail-on-anomaly");
        Assert.Equal(3, first.Code);
        string[] lines = first.Out.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith(Path.Combine(Folder, "before.png") + "\t", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith(Path.Combine(Folder, "sub", "bad.png"), StringComparison.Ordinal) && l.Contains("\tanomalous\t", StringComparison.Ordinal));
        Assert.Contains("1 of 3 pictures anomalous", first.LastError, StringComparison.Ordinal);
        Assert.True(File.Exists(_command.Path("out/sub/bad.png.npy")));

        CommandResult second = await WatchAsync(4, () => Save("camera/new.png", 3, defective: false));
        Assert.Equal(0, second.Code);
        Assert.StartsWith(Path.Combine(Folder, "new.png") + "\t", Assert.Single(second.Out.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("3 pictures done before", second.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Sink).Length);
    }

    [Fact]
    public async Task A_picture_that_arrives_in_pieces_is_inspected_once_it_is_whole()
    {
        Directory.CreateDirectory(Folder);
        string slow = Path.Combine(Folder, "slow.png");
        byte[] bytes = ImageFile.EncodePng(SyntheticParts.Part(1, true));
        CommandResult result = await WatchAsync(1, () =>
        {
            // Longer than a file must stay as it is: what is there by then cannot be read, and is offered again when it is whole.
            File.WriteAllBytes(slow, bytes[..(bytes.Length / 2)]);
            Thread.Sleep(1500);
            File.WriteAllBytes(slow, bytes);
        });
        Assert.Equal(0, result.Code);
        Assert.Matches("^.*slow.png\t[0-9.]+\tanomalous\t[1-9]$", result.Out.TrimEnd());
        Assert.DoesNotContain("left out", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Directory.CreateDirectory(Folder);
        string picture = Save("a.png", 0, defective: false);
        Assert.Equal($"retort: {picture}: --watch takes its pictures from the folder {Folder}; leave the path or --watch out. (see retort inspect --help)", Inspect("", picture, "--watch", Folder).LastError);
        Assert.Equal("retort: -: a list on standard input goes with no other path; leave the others out, or put them on the list. (see retort inspect --help)", Inspect("", "-", picture).LastError);
        Assert.Equal("retort: --journal j: there is one for --watch only; leave it out, or give --watch. (see retort inspect --help)", Inspect("", picture, "--journal", "j").LastError);
        Assert.Equal("retort: --json j: it is written when all pictures are done, and here more may always come; use --sink FILE.csv or FILE.jsonl. (see retort inspect --help)", Inspect("", "-", "--json", "j").LastError);
        CommandResult inside = Inspect("", "--watch", Folder, "--out", Path.Combine(Folder, "out"));
        Assert.Equal((2, $"retort: --out {Path.Combine(Folder, "out")}: it lies in the watched folder, so overlays would be taken for pictures; choose another place. (see retort inspect --help)"), (inside.Code, inside.LastError));
        string missing = _command.Path("missing");
        Assert.Equal((1, $"retort: --watch {missing}: there is no such folder; make it, or check the path."), (Inspect("", "--watch", missing).Code, Inspect("", "--watch", missing).LastError));
        Assert.Equal((1, $"retort: --sink {picture}: neither .csv nor .jsonl; give a name with one of these."), (Inspect("", picture, "--sink", picture).Code, Inspect("", picture, "--sink", picture).LastError));
    }

    [Fact]
    public void A_sink_takes_what_is_found_in_named_pictures_too()
    {
        string good = Save("camera/a.png", 0, defective: false);
        Save("camera/b.png", 1, defective: true);
        File.WriteAllText(Path.Combine(Folder, "c.png"), "text");
        Assert.Equal(1, Inspect("", Folder, "--sink", Sink, "--json", _command.Path("found.json")).Code);
        JsonNode[] lines = [.. File.ReadAllLines(Sink).Select(l => JsonNode.Parse(l)!)];
        Assert.Equal(JsonNode.Parse(File.ReadAllText(_command.Path("found.json")))!["pictures"]!.AsArray().Select(p => p!.ToJsonString()), lines[..2].Select(l => l.ToJsonString()));
        Assert.Equal(good, (string)lines[0]["path"]!);
        Assert.Contains("is not a PNG", (string)lines[2]["error"]!, StringComparison.Ordinal);
    }

    /// <summary>Watches until the sink has so many lines.</summary>
    private async Task<CommandResult> WatchAsync(int lines, Action bring, params string[] more)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Task<CommandResult> watching = Task.Run(() => CommandLine.Run(
            stop.Token, ["inspect", "--model", _command.Model, "--threads", "1", "--watch", Folder, "--sink", Sink, .. more]));
        await Task.Run(bring);
        while (!watching.IsCompleted && CountLines() < lines)
        {
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        return await watching;
    }

    private int CountLines()
    {
        if (!File.Exists(Sink))
        {
            return 0;
        }

        using var reader = new StreamReader(new FileStream(Sink, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Count(c => c == '\n');
    }

    private string Save(string name, int seed, bool defective)
    {
        string path = _command.Path(name);
        SyntheticParts.Save(path, SyntheticParts.Part(seed, defective));
        return path;
    }

    private CommandResult Inspect(string input, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = Program.Run(["inspect", "--model", _command.Model, "--threads", "1", .. more], output, error, CancellationToken.None, new StringReader(input));
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Names one picture again and again, and asks to stop after some.</summary>
    private sealed class EndlessList(string path, int after, CancellationTokenSource stop) : TextReader
    {
        private int _lines;

        public override string? ReadLine()
        {
            if (++_lines == after)
            {
                stop.Cancel();
            }

            return path;
        }
    }
}
