using System.IO.Compression;
using System.Text.Json.Nodes;
using Retort.Detectors;
using Retort.Importing;
using Retort.Layouts;
using Retort.Tests.Detectors;

namespace Retort.Tests.Documentation;

/// <summary>docs/file-format.md names what a detector file holds.</summary>
public sealed class FileFormatTests
{
    [Fact]
    public void Every_entry_and_every_field_of_a_detector_file_is_in_its_document()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "part.retort");
        DetectorFile file = SampleDetector.Create();
        var layout = new PictureLayout { Tiling = new Tiling(64, 8), Region = new RegionOfInterest(1, 2, 3, 4) };
        (file with { Info = file.Info with { Layout = layout, Imported = new ImportOrigin("destseg", [new ImportedFile("a.pckl", new string('0', 64))]) } }).Write(path);

        string text = Document("file-format.md") + Document("formats.md");
        using ZipArchive zip = ZipFile.OpenRead(path);
        JsonObject json = JsonNode.Parse(zip.GetEntry("detector.json")!.Open())!.AsObject();
        json.Remove("options"); // The methods' own, which docs/cli.md lists.
        string[] names = [.. zip.Entries.Select(e => e.FullName), .. Names(json).Distinct()];
        Assert.True(names.Length > 50, $"Only {names.Length} names were found.");
        Assert.All(names, n => Assert.Contains($"`{n}`", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(f => Names(f.Value).Prepend(f.Key)),
        JsonArray items => items.SelectMany(Names),
        _ => [],
    };

    private static string Document(string name) => new MarkdownDocument(Path.Combine(MarkdownDocument.Root, "docs", name)).Text;
}
