using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>A teacher that was imported.</summary>
/// <param name="Name">What <c>--teacher</c> takes.</param>
/// <param name="Path">Its file in the folder of teachers.</param>
/// <param name="Architecture">The network.</param>
/// <param name="OriginSha256">The SHA-256 of the file it came from.</param>
/// <param name="IsNew">False if it had been imported before.</param>
public sealed record ImportedTeacher(string Name, string Path, ResNetArchitecture Architecture, string OriginSha256, bool IsNew);

/// <summary>Takes networks of other files into the folder of teachers: checked, folded and without what a teacher does not need.</summary>
public static class TeacherImport
{
    private const string ArchitectureKey = "architecture";
    private const string OriginKey = "origin";
    private const string OriginSha256Key = "origin_sha256";
    private const int ShownDigits = 8;

    /// <summary>Imports a file.</summary>
    /// <param name="file">A PyTorch checkpoint or a safetensors file with the state dict of a ResNet of torchvision or timm, or an ONNX model of it.</param>
    /// <param name="name">What to call it; null for the network's name and the first digits of the file's SHA-256: <c>resnet18-f37072fd</c>.</param>
    /// <param name="folder">Where to.</param>
    /// <exception cref="RetortException">The name does not fit, or another teacher has it.</exception>
    /// <exception cref="WeightFileException">The file cannot be read, holds no network that can teach, or the teacher cannot be written.</exception>
    public static ImportedTeacher Import(string file, string? name, TeacherFolder folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(folder);
        RequireFileName(name);
        TeacherFile teacher = TeacherFile.Load(file);
        name ??= $"{teacher.Architecture.Name}-{teacher.Sha256[..ShownDigits]}";
        RequireHonest(name, file, teacher.Architecture);
        var imported = new ImportedTeacher(name, Path.Combine(folder.Path, name + ".safetensors"), teacher.Architecture, teacher.Sha256, IsNew: true);
        if (WhatHasName(imported, folder) is { } there)
        {
            return IsOf(there, teacher)
                ? imported with { Path = there, IsNew = false }
                : throw new RetortException($"--name {name}: {there} is another teacher of that name; give another --name, or remove that file.");
        }

        folder.Create();
        SafeTensors.Write(imported.Path, teacher.Tensors, new Dictionary<string, string>
        {
            [ArchitectureKey] = teacher.Architecture.Name,
            [OriginKey] = Path.GetFileName(file),
            [OriginSha256Key] = teacher.Sha256,
        });
        return imported;
    }

    /// <summary>What an imported teacher came from, by its file's metadata: name and SHA-256. Null for other files.</summary>
    internal static (string File, string Sha256)? OriginOf(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(OriginKey, out string? origin) && metadata.TryGetValue(OriginSha256Key, out string? sha256) ? (origin, sha256) : null;

    // Names that differ in hyphens and underscores alone are one name; and where file names differ in case alone, so is that.
    private static string? WhatHasName(ImportedTeacher imported, TeacherFolder folder) =>
        folder.Find(imported.Name) is { } found && TeacherFolder.NameOf(found).Length == imported.Name.Length ? found
        : File.Exists(imported.Path) ? imported.Path
        : null;

    private static void RequireFileName(string? name)
    {
        // Neither a path, nor hidden, nor an extension that hides the real one.
        bool fits = name is null || (name.Length is > 0 and <= 100 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
        if (!fits)
        {
            throw new RetortException($"--name {name}: a name is made of letters, digits, hyphens, underscores and dots, and begins with a letter or digit; give one, for instance --name my-resnet18.");
        }
    }

    // --teacher resnet18 finds what is called resnet18 or resnet18-something: it must be one.
    private static void RequireHonest(string name, string file, ResNetArchitecture architecture)
    {
        if (name.Replace('_', '-') == BuiltInTeacher.Name)
        {
            throw new RetortException($"--name {name}: the teacher that is part of Retort is called so; give another --name.");
        }

        if (ResNetArchitecture.All.FirstOrDefault(a => TeacherFolder.IsCalled(name, a.Name)) is { } claimed && claimed != architecture)
        {
            throw new RetortException($"--name {name}: {file} holds a {architecture.Name} and not a {claimed.Name}; give another --name.");
        }
    }

    private static bool IsOf(string path, TeacherFile teacher)
    {
        InstalledTeacher there = InstalledTeacher.Read(path);
        return there.Sha256 == teacher.Sha256 || there.OriginSha256 == teacher.Sha256;
    }
}
