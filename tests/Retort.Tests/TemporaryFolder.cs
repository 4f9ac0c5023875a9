namespace Retort.Tests;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("retort-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Makes a file, with its folders, that is a picture by its name only.</summary>
    public string Touch(string relative)
    {
        string path = System.IO.Path.Combine([Path, .. relative.Split('/')]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
        return path;
    }
}
