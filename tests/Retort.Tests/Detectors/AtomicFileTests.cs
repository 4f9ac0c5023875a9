using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "file.bin");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_appears_whole()
    {
        AtomicFile.Write(Target, stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_failure_leaves_the_older_file_and_nothing_else()
    {
        File.WriteAllText(Target, "older");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new InvalidOperationException();
        }));
        Assert.Equal("older", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_file_that_does_not_pass_its_check_never_takes_the_name()
    {
        File.WriteAllText(Target, "older");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream => stream.Write([1, 2, 3]), partial =>
        {
            Assert.Equal([1, 2, 3], File.ReadAllBytes(partial));
            throw new InvalidOperationException();
        }));
        Assert.Equal("older", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [FullDiskFact]
    public void A_full_disk_is_one_sentence_and_leaves_the_older_file()
    {
        using var disk = new SmallDisk(_folder.Path, 256);
        string target = Path.Combine(disk.Path, "file.bin");
        File.WriteAllText(target, "older");
        var failure = Assert.Throws<RetortException>(() => AtomicFile.Write(target, stream => stream.Write(new byte[1 << 20])));
        Assert.StartsWith($"{target}: the disk is full; free some space", failure.Message, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(target));
        Assert.Equal([target], Directory.GetFiles(disk.Path));
    }

    [Fact]
    public void A_missing_folder_and_a_folder_in_the_way_are_named()
    {
        string inMissing = Path.Combine(_folder.Path, "missing", "file.bin");
        Assert.Equal($"{inMissing}: its folder does not exist; make the folder or choose another place.", Assert.Throws<RetortException>(() => AtomicFile.CheckWritable(inMissing)).Message);
        Assert.Equal($"{_folder.Path}: this is a folder; give the name of a file.", AtomicFile.Explain(_folder.Path, new UnauthorizedAccessException()).Message);
        Assert.Contains("this is a folder", Assert.Throws<RetortException>(() => AtomicFile.CheckWritable(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checking_leaves_nothing_behind()
    {
        AtomicFile.CheckWritable(Target);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
