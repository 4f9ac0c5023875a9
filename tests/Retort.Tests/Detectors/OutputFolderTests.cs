using Retort.Detectors;

namespace Retort.Tests.Detectors;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("found")]
    [InlineData("found/test/hole")]
    public void A_file_in_the_way_is_named(string folder)
    {
        string file = Path.Combine(_folder.Path, "found");
        File.WriteAllText(file, "text");
        var failure = Assert.Throws<RetortException>(() => OutputFolder.Make("--out X", Path.Combine(_folder.Path, folder)));
        Assert.Equal($"--out X: the folder cannot be made ({file} is a file); choose another place.", failure.Message);
    }

    [Fact]
    public void A_folder_is_made_with_those_above_it()
    {
        string folder = Path.Combine(_folder.Path, "a", "b");
        Assert.Equal(folder, OutputFolder.Make("--out a", folder));
        Assert.True(Directory.Exists(folder));
        Assert.Equal(folder, OutputFolder.Make("--out a", folder));
    }
}
