using System.CommandLine;

namespace Retort.Cli.Verbs;

/// <summary><c>teacher</c>: the verbs about pretrained networks, one file each.</summary>
internal sealed class TeacherVerbs : Command
{
    public TeacherVerbs()
        : base("teacher", "Pretrained networks to learn from: which are there, fetch one by name, take one from a file, make a small one from a big one.")
    {
        Add(new TeacherListVerb());
        Add(new TeacherInstallVerb());
        Add(new TeacherImportVerb());
        Add(new TeacherDistillVerb());
        VerbHelp.AddTo(this, "retort teacher install resnet18");
    }
}
