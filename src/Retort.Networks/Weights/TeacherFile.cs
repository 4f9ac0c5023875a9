using System.Security.Cryptography;
using Retort.Networks.Weights.Torch;

namespace Retort.Networks.Weights;

/// <summary>A pretrained network read from a file, ready to be a frozen teacher.</summary>
/// <param name="Tensors">The folded trunk: see <see cref="TorchvisionResNet"/>.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record TeacherFile(IReadOnlyList<NamedTensor> Tensors, string Sha256)
{
    private const string Format = "a teacher";

    /// <summary>Reads a safetensors file or a PyTorch checkpoint; the content decides which, not the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">The network it holds.</param>
    /// <param name="levels">The last layer to take: 3 for layer3.</param>
    /// <exception cref="WeightFileException">It cannot be opened, is neither, is damaged, or does not hold that network.</exception>
    public static TeacherFile Load(string path, ResNetArchitecture architecture, int levels = 3)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return WeightFile.Read(path, Format, stream =>
        {
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            stream.Position = 0;
            IReadOnlyList<NamedTensor> tensors = ReadAny(stream, path);
            return new TeacherFile(TorchvisionResNet.FoldTrunk(tensors, architecture, levels, $"'{path}'"), sha256);
        });
    }

    private static IReadOnlyList<NamedTensor> ReadAny(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[9];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;

        // JSON behind the header length is looked for first: a length may well begin with the bytes of the other signatures.
        if (length == start.Length && start[^1] == '{')
            return SafeTensors.Read(stream, path).Tensors;
        if (start.StartsWith("PK"u8) || start[0] == TorchLegacyFile.FirstByte)
            return TorchCheckpoint.Read(stream, path);
        throw new InvalidWeightsException("it is neither a safetensors file nor a PyTorch checkpoint", "give the file that torchvision or timm publishes");
    }
}
