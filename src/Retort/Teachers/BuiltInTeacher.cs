using System.Security.Cryptography;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>
/// The teacher that is part of Retort, and the default wherever a ResNet-18 is wanted: a network of that architecture to layer3, which <see cref="Distiller"/>
/// taught the features of torchvision's. docs/teacher.md says how, on which pictures, and what it costs in accuracy.
/// </summary>
internal static class BuiltInTeacher
{
    /// <summary>What <c>--teacher</c> and detectors call it.</summary>
    public const string Name = "built-in";

    // Beside this file, as halves.
    private const string Resource = "Retort.Teachers.built-in.safetensors";

    /// <summary>What network it is.</summary>
    public static ResNetArchitecture Architecture => ResNetArchitecture.ResNet18;

    /// <summary>Reads it.</summary>
    /// <returns>Its tensors, and the SHA-256 of the file it is built in as.</returns>
    public static TeacherFile Load()
    {
        using Stream stream = Open();
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        const string source = "the built-in teacher";
        return new TeacherFile(Architecture, TorchvisionResNet.FoldTrunk(SafeTensors.Read(stream, source).Tensors, Architecture, source: source), sha256);
    }

    /// <summary>The file it is built in as.</summary>
    public static Stream Open() => typeof(BuiltInTeacher).Assembly.GetManifestResourceStream(Resource)!;
}
