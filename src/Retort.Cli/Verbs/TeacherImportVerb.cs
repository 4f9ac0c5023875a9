using System.CommandLine;
using Retort.Teachers;
using Retort.Training;

namespace Retort.Cli.Verbs;

/// <summary><c>teacher import</c>: takes a pretrained network from a file.</summary>
internal sealed class TeacherImportVerb : Verb
{
    private readonly Argument<string> _file = new("FILE") { Description = "A PyTorch checkpoint (.pth), a safetensors file or an ONNX model of torchvision's or timm's ResNet-18, -34, -50 or Wide ResNet-50-2." };
    private readonly Option<string?> _name = CommonOptions.Text("--name", "NAME", "What --teacher shall call it. [default: the network's name and the first digits of the file's SHA-256]");

    public TeacherImportVerb()
        : base("import", "Take a pretrained network from a file: recognised, checked and kept for --teacher.", "retort teacher import my-resnet18.pth --name my-resnet18")
    {
        Add(_file);
        Add(_name);
    }

    public override int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        ImportedTeacher teacher = TeacherImport.Import(parsed.GetRequiredValue(_file), parsed.GetValue(_name), new TeacherFolder(TrainerTeacher.Folder));
        terminal.Out.WriteLine($"{teacher.Name}: {teacher.Path}, a {teacher.Architecture.Name}{(teacher.IsNew ? "" : ", was there already")}; use it with --teacher {teacher.Name}");
        return ExitCode.Done;
    }
}
