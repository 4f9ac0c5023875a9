using Retort.Methods;
using Retort.Teachers;

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
    /// <param name="teacher">A file, or a name such as <c>resnet18</c>, see <see cref="TeacherFolder.Find"/>.</param>
    /// <exception cref="RetortException">There is none.</exception>
    public static string FindFile(string teacher)
    {
        ArgumentException.ThrowIfNullOrEmpty(teacher);
        if (File.Exists(teacher))
        {
            return teacher;
        }

        var folder = new TeacherFolder(Folder);
        if (folder.Find(teacher) is { } found)
        {
            return found;
        }

        throw new RetortException(PublishedTeacher.Find(teacher) is { } published
            ? $"--teacher {teacher}: it is not in {Folder}; fetch it with retort teacher install {published.Name}, {published.ByHand(Folder)}, or give a weight file with --teacher FILE."
            : $"--teacher {teacher}: there is no such file; give a weight file, or one of the names {string.Join(", ", PublishedTeacher.All.Select(t => t.Name))}, or one that retort teacher list shows.");
    }
}
