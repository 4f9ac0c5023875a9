using System.Globalization;
using System.Security.Cryptography;

namespace Retort.Teachers;

/// <summary>A file to fetch.</summary>
/// <param name="Source">Where from: http or https.</param>
/// <param name="Path">Where to.</param>
/// <param name="Bytes">The length it has to have.</param>
/// <param name="Sha256">The SHA-256 it has to have, 64 lower-case hexadecimal digits.</param>
public sealed record DownloadRequest(Uri Source, string Path, long Bytes, string Sha256)
{
    /// <summary>Compares the file that is there with what it has to be.</summary>
    /// <returns>Null if it is that; else how it differs, to follow "but".</returns>
    /// <exception cref="RetortException">It cannot be read.</exception>
    internal async Task<string?> CompareAsync(CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17);
            return file.Length != Bytes ? string.Create(CultureInfo.InvariantCulture, $"is {file.Length} bytes long and not {Bytes}")
                : Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false)) != Sha256 ? "has another SHA-256"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"{Path}: the file is there but cannot be read ({failure.Message.TrimEnd('.')}); check its permissions or remove it.", failure);
        }
    }
}

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes on the disk, those of earlier tries included.</param>
/// <param name="Total">Bytes in all.</param>
/// <param name="Note">What there is to say beside it, for instance that it goes on after a cut; null for mere progress.</param>
public sealed record DownloadProgress(long Done, long Total, string? Note = null);

/// <summary>How patient a download is.</summary>
public sealed record DownloadPatience
{
    /// <summary>How long nothing may come before the connection counts as dead.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before the second try; each further wait is twice the one before.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many tries in a row may bring next to nothing.</summary>
    public int Tries { get; init; } = 4;
}
