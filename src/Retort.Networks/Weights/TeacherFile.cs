namespace Retort.Networks.Weights;

/// <summary>A pretrained network read from a file, ready to be a frozen teacher.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Tensors">The folded trunk: see <see cref="TorchvisionResNet"/>.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record TeacherFile(ResNetArchitecture Architecture, IReadOnlyList<NamedTensor> Tensors, string Sha256)
{
    /// <summary>Reads a file of any kind that <see cref="CheckpointFile"/> reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">The network it holds.</param>
    /// <param name="levels">The last layer to take: 3 for layer3.</param>
    /// <exception cref="WeightFileException">It cannot be opened, is no weight file, is damaged, or does not hold that network.</exception>
    public static TeacherFile Load(string path, ResNetArchitecture architecture, int levels = 3)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return Fold(CheckpointFile.Load(path), path, architecture, levels);
    }

    /// <summary>Reads a file as the other overload does, and finds out which network it holds.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, is no weight file, is damaged, or holds none of <see cref="ResNetArchitecture.All"/>.</exception>
    public static TeacherFile Load(string path, int levels = 3)
    {
        CheckpointFile file = CheckpointFile.Load(path);
        return Fold(file, path, TorchvisionResNet.Recognise(file.Tensors, levels, $"'{path}'"), levels);
    }

    private static TeacherFile Fold(CheckpointFile file, string path, ResNetArchitecture architecture, int levels) =>
        new(architecture, TorchvisionResNet.FoldTrunk(file.Tensors, architecture, levels, $"'{path}'"), file.Sha256);
}
