namespace Retort.Teachers;

/// <summary>The folder in which teachers are found by name.</summary>
/// <param name="path">The folder; need not exist.</param>
public sealed class TeacherFolder(string path)
{
    private static readonly string[] Extensions = [".safetensors", ".pth", ".pt"];

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Makes the folder if it is not there.</summary>
    /// <exception cref="RetortException">It cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"{path}: the folder of teachers cannot be made ({failure.Message.TrimEnd('.')}); set RETORT_TEACHERS to a folder that can be written.", failure);
        }
    }

    /// <summary>Finds a teacher's file.</summary>
    /// <param name="name">
    /// Its name: that of the file without extension, or what that begins with before a hyphen or a dot. <c>resnet18</c> is <c>resnet18.safetensors</c>
    /// or, for want of it, <c>resnet18-f37072fd.pth</c>; underscores and hyphens count alike. Of several that fit, the file that torchvision publishes
    /// goes first, then the alphabet decides.
    /// </param>
    /// <returns>Null if there is none.</returns>
    public string? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Files()
            .Where(f => IsCalled(NameOf(f), name))
            .OrderByDescending(f => NameOf(f).Length == name.Length)
            .ThenByDescending(f => PublishedTeacher.All.Any(t => t.FileName == System.IO.Path.GetFileName(f)))
            .FirstOrDefault();
    }

    /// <summary>The teachers that are there, by name. Reads every file to its end, for the checksum.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RetortException">A file cannot be read.</exception>
    public IReadOnlyList<InstalledTeacher> List(CancellationToken cancellation = default)
    {
        var list = new List<InstalledTeacher>();
        foreach (string file in Files())
        {
            cancellation.ThrowIfCancellationRequested();
            list.Add(InstalledTeacher.Read(file));
        }

        return list;
    }

    /// <summary>What a teacher's file is called without its extension.</summary>
    internal static string NameOf(string file) => System.IO.Path.GetFileNameWithoutExtension(file);

    /// <summary>Whether a file's name answers to a teacher's: <c>resnet18-f37072fd</c> is a <c>resnet18</c>, <c>resnet18x</c> is not.</summary>
    internal static bool IsCalled(string fileName, string name)
    {
        string hyphenated = fileName.Replace('_', '-');
        return hyphenated.StartsWith(name.Replace('_', '-'), StringComparison.Ordinal) && hyphenated[name.Length..] is [] or ['-' or '.', ..];
    }

    private IEnumerable<string> Files() => Directory.Exists(path)
        ? Directory.EnumerateFiles(path).Where(f => Extensions.Contains(System.IO.Path.GetExtension(f))).Order(StringComparer.Ordinal)
        : [];
}
