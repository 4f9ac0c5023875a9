using System.CommandLine;
using System.Text.Json.Nodes;
using Retort.Cli.Display;
using Retort.Teachers;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>teacher list</c>: the teachers that are there, and those that can be fetched.</summary>
internal sealed class TeacherListVerb : Verb
{
    private readonly Option<string?> _json = CommonOptions.Json("the list");

    public TeacherListVerb()
        : base("list", "Show which teachers are there, and which can be fetched by name.", "retort teacher list") =>
        Add(_json);

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        JsonFile.Check(parsed.GetValue(_json));
        var folder = new TeacherFolder(TrainerTeacher.Folder);
        IReadOnlyList<InstalledTeacher> installed = folder.List(cancellation);
        Write(terminal.Out, folder, installed);
        JsonFile.Write(parsed.GetValue(_json), ToJson(folder, installed));
        return ExitCode.Done;
    }

    private static void Write(TextWriter output, TeacherFolder folder, IReadOnlyList<InstalledTeacher> installed)
    {
        output.WriteLine($"{BuiltInTeacher.Name}: a {BuiltInTeacher.Architecture.Name} that is part of Retort, and the default (sha256 {BuiltInTeacher.Load().Sha256})");
        output.WriteLine($"teachers in {folder.Path}{(installed.Count == 0 ? ": none" : "")}");
        output.WriteLine();
        if (installed.Count > 0)
        {
            // The longest cell last, where a narrow terminal may break it.
            var table = new Columns("name", "answers to", "MB", "source", "sha256") { Left = 5 };
            foreach (InstalledTeacher teacher in installed)
            {
                table.Add(teacher.Name, AnswersTo(folder, teacher), Numbers.Megabytes(teacher.Bytes), teacher.Source, teacher.Sha256);
            }

            table.WriteTo(output);
            output.WriteLine();
        }

        PublishedTeacher[] missing = [.. PublishedTeacher.All.Where(t => folder.Find(t.Name) is null)];
        if (missing.Length > 0)
        {
            output.WriteLine("to be fetched with retort teacher install NAME");
            output.WriteLine();
            var others = new Columns("name", "MB", "from") { Left = 3 };
            foreach (PublishedTeacher teacher in missing)
            {
                others.Add(teacher.Name, Numbers.Megabytes(teacher.Bytes), TeacherInstallation.SourceOf(teacher, null).AbsoluteUri);
            }

            others.WriteTo(output);
        }
    }

    // What the methods ask for: several files may be a resnet18, and one of them is taken.
    private static string AnswersTo(TeacherFolder folder, InstalledTeacher teacher) =>
        string.Join(", ", PublishedTeacher.All.Select(t => t.Name).Where(name => folder.Find(name) == teacher.Path));

    private static JsonObject ToJson(TeacherFolder folder, IReadOnlyList<InstalledTeacher> installed) => new()
    {
        ["builtIn"] = new JsonObject { ["name"] = BuiltInTeacher.Name, ["sha256"] = BuiltInTeacher.Load().Sha256 },
        ["folder"] = folder.Path,
        ["installed"] = new JsonArray([.. installed.Select(t => new JsonObject
        {
            ["name"] = t.Name,
            ["path"] = t.Path,
            ["bytes"] = t.Bytes,
            ["sha256"] = t.Sha256,
            ["source"] = t.Source,
            ["originSha256"] = t.OriginSha256,
        })]),
        ["installable"] = new JsonArray([.. PublishedTeacher.All.Select(t => new JsonObject
        {
            ["name"] = t.Name,
            ["file"] = t.FileName,
            ["bytes"] = t.Bytes,
            ["sha256"] = t.Sha256,
            ["source"] = TeacherInstallation.SourceOf(t, null).AbsoluteUri,
            ["installed"] = folder.Find(t.Name),
        })]),
    };
}
