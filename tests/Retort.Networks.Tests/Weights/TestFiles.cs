namespace Retort.Networks.Tests.Weights;

/// <summary>Where tests find their files, and a folder for those they write.</summary>
internal static class TestFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>Weights for development that are no part of the repository; the folder may be absent.</summary>
    public static string SharedTeacher { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared", "weights", "resnet18-imagenet-folded.safetensors"));

    public static string Golden(string name) => Path.Combine(Root, "tests", "Retort.Networks.Tests", "Weights", "Goldens", name);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Retort.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests must run from inside the repository.");
    }
}

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("retort-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A test that needs the shared teacher weights; skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTeacherFactAttribute : FactAttribute
{
    /// <summary>Skips the test if the file is absent.</summary>
    public SharedTeacherFactAttribute()
    {
        if (!File.Exists(TestFiles.SharedTeacher))
            Skip = "The folder 'shared' with the teacher weights is not beside the repository.";
    }
}
