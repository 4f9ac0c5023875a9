using System.Security.Cryptography;
using Retort.Networks.Weights.Torch;

namespace Retort.Networks.Weights;

/// <summary>The tensors of a safetensors file or a PyTorch checkpoint; the content decides which it is, not the name.</summary>
/// <param name="Tensors">The tensors, by the names the file gives them.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record CheckpointFile(IReadOnlyList<NamedTensor> Tensors, string Sha256)
{
    private const string Format = "a weight file";

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, is neither, or is damaged.</exception>
    public static CheckpointFile Load(string path) => WeightFile.Read(path, Format, stream =>
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Position = 0;
        return new CheckpointFile(Read(stream, path), sha256);
    });

    private static IReadOnlyList<NamedTensor> Read(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[9];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;

        // JSON behind the header length is looked for first: a length may well begin with the bytes of the other signatures.
        if (length == start.Length && start[^1] == '{')
            return SafeTensors.Read(stream, path).Tensors;
        if (start.StartsWith("PK"u8) || start[0] == TorchLegacyFile.FirstByte)
            return TorchCheckpoint.Read(stream, path);
        throw new InvalidWeightsException("it is neither a safetensors file nor a PyTorch checkpoint", "give a file that torch.save or safetensors wrote");
    }
}
