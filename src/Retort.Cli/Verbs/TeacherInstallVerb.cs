using System.CommandLine;
using Retort.Cli.Display;
using Retort.Teachers;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>teacher install</c>: fetches a pretrained network by its name.</summary>
internal sealed class TeacherInstallVerb : Verb
{
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = $"Which: {string.Join(", ", PublishedTeacher.All.Select(t => t.Name))}.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _from = CommonOptions.Text(
        "--from", "URL", $"Fetch torchvision's file from here: its address, or that of a folder (ending in /) that holds it. [default: {TeacherInstallation.MirrorVariable}, else {PublishedTeacher.Home}]");

    public TeacherInstallVerb()
        : base("install", "Fetch torchvision's pretrained networks by name; a download that was cut goes on where it ended.", "retort teacher install resnet18")
    {
        Add(_names);
        Add(_from);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        PublishedTeacher[] teachers = Read(parsed);
        var folder = new TeacherFolder(TrainerTeacher.Folder);
        foreach (PublishedTeacher teacher in teachers)
        {
            (string path, bool isNew) = DownloadDisplay.WhileAsync(
                terminal, teacher.Name, progress => TeacherInstallation.InstallAsync(teacher, folder, parsed.GetValue(_from), progress, cancellation)).GetAwaiter().GetResult();
            terminal.Out.WriteLine($"{teacher.Name}: {path}, {Numbers.Megabytes(teacher.Bytes)} MB, {(isNew ? "checked" : "was there already, and is intact")}");
        }

        return ExitCode.Done;
    }

    private PublishedTeacher[] Read(ParseResult parsed)
    {
        try
        {
            // All of them before the first is fetched.
            PublishedTeacher[] teachers = [.. parsed.GetRequiredValue(_names).Select(PublishedTeacher.Get)];
            if (parsed.GetValue(_from) is { } from && !from.EndsWith('/') && teachers.Length > 1)
            {
                throw new UsageException($"--from {from}: this is the address of one file; give that of a folder, ending in /, or one name.");
            }

            TeacherInstallation.SourceOf(teachers[0], parsed.GetValue(_from));
            return teachers;
        }
        catch (RetortException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
