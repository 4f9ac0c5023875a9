using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>Where a teacher comes from: a weight file, or the one that is built in.</summary>
/// <param name="Architecture">What network it is.</param>
/// <param name="FilePath">The weight file; null for the built-in teacher.</param>
internal sealed record TeacherSource(ResNetArchitecture Architecture, string? FilePath)
{
    /// <summary>The built-in teacher.</summary>
    public static TeacherSource BuiltIn { get; } = new(BuiltInTeacher.Architecture, null);

    /// <summary>What detectors call it: <c>built-in</c>, or the network's name.</summary>
    public string Name => FilePath is null ? BuiltInTeacher.Name : Architecture.Name;

    /// <summary>Reads it.</summary>
    /// <exception cref="WeightFileException">The file cannot be read, or does not hold that network.</exception>
    public TeacherFile Load() => FilePath is null ? BuiltInTeacher.Load() : TeacherFile.Load(FilePath, Architecture);
}
