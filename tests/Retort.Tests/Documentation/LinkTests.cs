namespace Retort.Tests.Documentation;

/// <summary>Whoever follows a link of the documentation arrives.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_a_heading()
    {
        MarkdownDocument[] documents = [.. MarkdownDocument.All()];
        Assert.True(documents.Length > 20, $"Only {documents.Length} documents were found.");
        Assert.True(documents.Sum(d => d.Links.Count()) > 100, "Hardly any link was found.");
        var broken = new List<string>();
        foreach (MarkdownDocument document in documents)
        {
            foreach (string link in document.Links.Where(l => !l.Contains("://", StringComparison.Ordinal) && !l.StartsWith("mailto:", StringComparison.Ordinal)))
            {
                string[] parts = link.Split('#', 2);
                string target = parts[0].Length == 0 ? document.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document.Path)!, parts[0]));
                if (!File.Exists(target) && !Directory.Exists(target))
                {
                    broken.Add($"{document}: {link} (there is no such file)");
                }
                else if (parts.Length == 2 && Path.GetExtension(target) == ".md" && !new MarkdownDocument(target).Anchors.Contains(parts[1]))
                {
                    broken.Add($"{document}: {link} (there is no such heading)");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void The_index_names_every_document()
    {
        string docs = Path.Combine(MarkdownDocument.Root, "docs");
        var index = new MarkdownDocument(Path.Combine(docs, "README.md"));
        IEnumerable<string> others = Directory.EnumerateFiles(docs, "*.md").Select(f => Path.GetFileName(f)).Where(f => f != "README.md");
        Assert.Empty(others.Except(index.Links));
    }

    [Fact]
    public void Pictures_are_small_and_used()
    {
        string docs = Path.Combine(MarkdownDocument.Root, "docs");
        string[] used = [.. MarkdownDocument.All().SelectMany(d => d.Links.Select(l => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(d.Path)!, l))))];
        FileInfo[] pictures = [.. new DirectoryInfo(Path.Combine(docs, "pictures")).EnumerateFiles()];
        Assert.NotEmpty(pictures);
        Assert.All(pictures, p => Assert.True(p.Length < 60_000, $"{p.Name} has {p.Length} bytes."));
        Assert.True(pictures.Sum(p => p.Length) < 400_000);
        Assert.Empty(pictures.Select(p => p.FullName).Except(used));
    }

    [Theory]
    [InlineData("`test/<defect>` and [a](b.md#x)", "b.md#x")]
    [InlineData("[`code`](c.md), ![picture](d.svg)", "c.md", "d.svg")]
    [InlineData("```sh\n[no](e.md)\n```\n")]
    public void Links_are_told_from_code(string text, params string[] links)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(links, Read(folder, text).Links);
    }

    [Fact]
    public void Anchors_are_those_of_GitHub()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            new HashSet<string> { "what-is-the-papers-what-ours", "inspect---json", "again", "again-1" },
            Read(folder, "# What is the paper's, what ours?\n## `inspect --json`\n## Again\n```sh\n# no heading\n```\n## Again\n").Anchors);
    }

    private static MarkdownDocument Read(TemporaryFolder folder, string text)
    {
        string path = Path.Combine(folder.Path, "document.md");
        File.WriteAllText(path, text);
        return new MarkdownDocument(path);
    }
}
