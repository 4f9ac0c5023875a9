using System.Security.Cryptography;

namespace Retort.Calibration;

/// <summary>Tells whether two picture files have the same content, wherever they lie and whatever they are called.</summary>
internal static class PictureDigest
{
    // 64 bits: pictures of a dataset are thousands, not billions.
    private const int Length = 8;

    /// <summary>The first 64 bits of the SHA-256 of a file, in lower-case hexadecimal; null if it cannot be read.</summary>
    public static string? Of(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, Length));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
