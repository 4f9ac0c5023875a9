using Retort.Methods;
using Retort.Networks.Weights;

namespace Retort.Training;

/// <summary>Finds the teacher that <c>--teacher</c> names.</summary>
internal static class TrainerTeacher
{
    /// <summary>Where teachers are looked for by name: the folder <c>RETORT_TEACHERS</c> names, else <c>retort/teachers</c> in the user's data folder.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("RETORT_TEACHERS") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "retort", "teachers");

    /// <summary>The weight file a training takes its teacher from: the one that was named, or that of the network the method wants.</summary>
    /// <exception cref="RetortException">There is none.</exception>
    public static string FindFile(TrainingSettings settings, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        return FindFile(settings.Teacher ?? options.Teacher.Name);
    }

    /// <summary>The weight file of a teacher.</summary>
    /// <param name="teacher">A file, or a name such as <c>resnet18</c>: the first file in <see cref="Folder"/> that begins with it.</param>
    /// <exception cref="RetortException">There is none.</exception>
    public static string FindFile(string teacher)
    {
        ArgumentException.ThrowIfNullOrEmpty(teacher);
        if (File.Exists(teacher))
        {
            return teacher;
        }

        if (ResNetArchitecture.All.All(a => a.Name != teacher))
        {
            throw new RetortException($"--teacher {teacher}: there is no such file; give a weight file, or one of the names {string.Join(", ", ResNetArchitecture.All.Select(a => a.Name))}.");
        }

        string? found = Directory.Exists(Folder)
            ? Directory.EnumerateFiles(Folder).Where(f => IsOf(Path.GetFileName(f), teacher)).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        return found ?? throw new RetortException($"--teacher {teacher}: it is not in {Folder}; put torchvision's file {teacher}-*.pth there, or give a weight file with --teacher FILE.");
    }

    // resnet18-f37072fd.pth is a resnet18; resnet18x.pth is not.
    private static bool IsOf(string file, string teacher) =>
        file.StartsWith(teacher, StringComparison.Ordinal)
        && file[teacher.Length..] is ['-' or '.', ..]
        && Path.GetExtension(file) is ".pth" or ".pt" or ".safetensors";
}
