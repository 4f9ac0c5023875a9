using System.Security.Cryptography;
using Retort.Networks.Weights.Torch;

namespace Retort.Networks.Weights;

/// <summary>The tensors of a safetensors file, a PyTorch checkpoint or an ONNX model; the content decides which it is, not the name.</summary>
/// <param name="Tensors">The tensors, by the names the file gives them; those of a ResNet in an ONNX model by torchvision's.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record CheckpointFile(IReadOnlyList<NamedTensor> Tensors, string Sha256)
{
    private const string Format = "a weight file";

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightFileException">It cannot be opened, is none of these, or is damaged.</exception>
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
        if (start[0] == OnnxWeights.FirstByte)
            return OnnxWeights.Read(stream);
        throw new InvalidWeightsException("it is neither a safetensors file, nor a PyTorch checkpoint, nor an ONNX model", "give a file that torch.save, safetensors or torch.onnx.export wrote");
    }
}
