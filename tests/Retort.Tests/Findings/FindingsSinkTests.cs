using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Findings;
using Retort.Imaging;
using Retort.Tests.Detectors;

namespace Retort.Tests.Findings;

public sealed class FindingsSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_have_the_keys_of_the_json_file_and_are_there_at_once()
    {
        Inspection inspection = Inspect() with { Path = "ä, \"b\".png" };
        string path = Path.Combine(_folder.Path, "found.jsonl");
        using FindingsSink sink = FindingsSink.Open(path);
        sink.Add(inspection);
        Assert.Equal(FindingsJson.Create(inspection).ToJsonString(), JsonNode.Parse(Assert.Single(Lines(path)))!.ToJsonString());
        sink.AddFailure("c.png", "c.png is no picture: leave it out.");
        Assert.Equal("{\"path\":\"c.png\",\"error\":\"c.png is no picture: leave it out.\"}", Lines(path)[1]);
    }

    [Fact]
    public void Comma_separated_values_have_a_header_and_the_number_of_regions()
    {
        Inspection inspection = Inspect() with { Path = "ä, \"b\".png", Elapsed = TimeSpan.FromMilliseconds(12.5) };
        string path = Path.Combine(_folder.Path, "found.csv");
        using (FindingsSink sink = FindingsSink.Open(path))
        {
            sink.Add(inspection);
            sink.AddFailure("c.png", "No picture.");
        }

        string[] lines = Lines(path);
        Assert.Equal(3, lines.Length);
        Assert.Equal("path,width,height,score,normalized_score,verdict,regions,milliseconds,error", lines[0]);
        Assert.Matches("^\"ä, \"\"b\"\".png\",8,8,[0-9.]+,0.4[0-9]+,uncertain,1,12.5,$", lines[1]);
        Assert.Equal("c.png,,,,,,,,No picture.", lines[2]);
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".jsonl")]
    public void What_is_there_is_added_to_and_a_line_that_was_cut_off_is_ended(string extension)
    {
        string path = Path.Combine(_folder.Path, "found" + extension);
        using (FindingsSink sink = FindingsSink.Open(path))
        {
            sink.AddFailure("a.png", "a");
        }

        int before = Lines(path).Length;
        File.AppendAllText(path, "b.png,cut");
        using (FindingsSink sink = FindingsSink.Open(path))
        {
            sink.AddFailure("c.png", "c");
        }

        Assert.Equal(before + 2, Lines(path).Length);
        Assert.Equal("b.png,cut", Lines(path)[^2]);
        Assert.Contains("c.png", Lines(path)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Other_extensions_tables_and_places_are_refused()
    {
        string text = Path.Combine(_folder.Path, "found.txt");
        Assert.Equal($"{text}: neither .csv nor .jsonl; give a name with one of these.", Assert.Throws<RetortException>(() => FindingsSink.Open(text)).Message);
        string other = Path.Combine(_folder.Path, "other.csv");
        File.WriteAllText(other, "path,label,score\n");
        Assert.Equal($"{other}: the file that is there has other columns; choose another name, or move it away.", Assert.Throws<RetortException>(() => FindingsSink.Open(other)).Message);
        Assert.Equal("path,label,score\n", File.ReadAllText(other));
        string missing = Path.Combine(_folder.Path, "missing", "a.csv");
        Assert.StartsWith($"{missing}: its folder does not exist", Assert.Throws<RetortException>(() => FindingsSink.Open(missing)).Message, StringComparison.Ordinal);
    }

    [FullDiskFact]
    public void A_full_disk_is_an_error_that_names_the_file()
    {
        using var disk = new SmallDisk(_folder.Path, 4);
        string path = Path.Combine(disk.Path, "found.jsonl");
        using FindingsSink sink = FindingsSink.Open(path);
        RetortException failure = Assert.Throws<RetortException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                sink.AddFailure("a.png", "b");
            }
        });
        Assert.StartsWith($"{path}: the disk is full", failure.Message, StringComparison.Ordinal);
    }

    private static string[] Lines(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().TrimEnd('\n').Split('\n');
    }

    private static Inspection Inspect()
    {
        using var detector = new Detector(SampleDetector.Create(), 1);
        var picture = new RgbImage(8, 8);
        Array.Fill(picture.Pixels, (byte)115);
        picture.Pixels.AsSpan(0, 9).Fill(255);
        return detector.Inspect(picture);
    }
}
