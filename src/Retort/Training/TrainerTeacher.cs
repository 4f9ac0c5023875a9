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

    /// <summary>Where a training takes its teacher from: what was named; else the built-in teacher if the method wants its network, or that network by its name.</summary>
    /// <exception cref="RetortException">There is none, or it is not what the method wants.</exception>
    public static TeacherSource Find(TrainingSettings settings, MethodOptions options)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        bool fits = options.Teacher == BuiltInTeacher.Architecture;
        string name = settings.Teacher ?? (fits ? BuiltInTeacher.Name : options.Teacher.Name);
        if (name != BuiltInTeacher.Name)
        {
            return new TeacherSource(options.Teacher, FindFile(name));
        }

        return fits ? TeacherSource.BuiltIn : throw new RetortException(
            $"--teacher {name}: it is a {BuiltInTeacher.Architecture.Name}, and {settings.Method} with these options learns from a {options.Teacher.Name}; leave --teacher out, or train with --set backbone={BuiltInTeacher.Architecture.Name}.");
    }

    /// <summary>The weight file of a teacher.</summary>
    /// <param name="teacher">A file, or a name such as <c>resnet18</c>, see <see cref="TeacherFolder.Find"/>.</param>
    /// <param name="option">The option that names it, for messages.</param>
    /// <exception cref="RetortException">There is none.</exception>
    public static string FindFile(string teacher, string option = "--teacher")
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
            ? $"{option} {teacher}: it is not in {Folder}; fetch it with retort teacher install {published.Name}, {published.ByHand(Folder)}, or give a weight file with {option} FILE."
            : $"{option} {teacher}: there is no such file; give a weight file, or one of the names {string.Join(", ", PublishedTeacher.All.Select(t => t.Name))}, or one that retort teacher list shows.");
    }
}
