using Retort.Tests;

namespace Retort.Cli.Tests;

public sealed class TextFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "found.json");

    public void Dispose() => _folder.Dispose();

    [FullDiskFact]
    public void A_full_disk_leaves_an_older_file_as_it_was()
    {
        using var disk = new SmallDisk(_folder.Path, 12);
        string path = Path.Combine(disk.Path, "found.json");
        TextFile.Write(path, "old", "--json ");
        System.IO.File.WriteAllBytes(Path.Combine(disk.Path, "fill"), new byte[4096]);
        var failure = Assert.Throws<RetortException>(() => TextFile.Write(path, new string('x', 10_000), "--json "));
        Assert.StartsWith($"--json {path}: the disk is full; free some space", failure.Message, StringComparison.Ordinal);
        Assert.Equal("old", System.IO.File.ReadAllText(path));
        Assert.Equal(2, Directory.GetFiles(disk.Path).Length);
    }

    [Fact]
    public void A_link_is_followed_and_not_replaced()
    {
        string link = Path.Combine(_folder.Path, "link.json");
        System.IO.File.WriteAllText(File, "old");
        System.IO.File.CreateSymbolicLink(link, File);
        TextFile.Write(link, "new");
        Assert.Equal("new", System.IO.File.ReadAllText(File));
        Assert.Equal(File, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_folder_is_told()
    {
        var failure = Assert.Throws<RetortException>(() => TextFile.Write(_folder.Path, "text", "--json "));
        Assert.Equal($"--json {_folder.Path}: this is a folder; give the name of a file.", failure.Message);
    }
}
