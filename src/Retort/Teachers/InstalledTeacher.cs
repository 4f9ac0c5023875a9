using System.Security.Cryptography;
using Retort.Networks.Weights;

namespace Retort.Teachers;

/// <summary>A teacher in the folder of teachers.</summary>
/// <param name="Name">What <c>--teacher</c> takes: the file's name without its extension.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="Source">Where it comes from, in words.</param>
/// <param name="OriginSha256">The SHA-256 of the file it was imported from; null if it was not imported.</param>
public sealed record InstalledTeacher(string Name, string Path, long Bytes, string Sha256, string Source, string? OriginSha256 = null)
{
    /// <summary>Looks at a file.</summary>
    /// <exception cref="RetortException">It cannot be read.</exception>
    internal static InstalledTeacher Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            (string source, string? origin) = SourceOf(path, sha256);
            return new InstalledTeacher(TeacherFolder.NameOf(path), path, file.Length, sha256, source, origin);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"{path}: the file cannot be read ({failure.Message.TrimEnd('.')}); check its permissions or remove it.", failure);
        }
    }

    private static (string Source, string? OriginSha256) SourceOf(string path, string sha256)
    {
        if (PublishedTeacher.All.FirstOrDefault(t => t.FileName == System.IO.Path.GetFileName(path)) is { } published)
        {
            return (published.Sha256 == sha256 ? "torchvision" : "damaged: it has torchvision's name but not its content", null);
        }

        try
        {
            return System.IO.Path.GetExtension(path) == ".safetensors" && TeacherImport.OriginOf(SafeTensors.ReadMetadata(path)) is { } origin
                ? ($"imported from {origin.File}", origin.Sha256)
                : ("a file that was put there", null);
        }
        catch (WeightFileException)
        {
            return ("damaged: it is not a safetensors file", null);
        }
    }
}
