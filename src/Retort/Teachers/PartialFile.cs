using System.Security.Cryptography;
using Retort.Detectors;

namespace Retort.Teachers;

/// <summary>
/// What has come of a download so far: <c>NAME.partial</c>, and beside it <c>NAME.partial.source</c> with the address it came from and the
/// validator (entity tag or date) by which the server knows that version of the file.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    private PartialFile(string path, FileStream file)
    {
        _path = path;
        _file = file;
        IsWhole = file.Length == 0;
    }

    /// <summary>How many bytes have come.</summary>
    public long Length => _file.Length;

    /// <summary>Whether all there is came in one answer.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Opens what there is of a file, or begins it.</summary>
    /// <param name="path">The finished file.</param>
    /// <exception cref="RetortException">It cannot be opened.</exception>
    public static PartialFile Open(string path)
    {
        try
        {
            // No buffer of its own: what was received is in the file, whatever happens next.
            return new PartialFile(path, new FileStream(NameOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, failure);
        }
    }

    /// <summary>What the partial file of a file is called.</summary>
    public static string NameOf(string path) => path + ".partial";

    /// <summary>The validator of the version that this is a part of, if it came from this address.</summary>
    public string? ValidatorFor(Uri source) =>
        TryRead(SourceName) is [var address, var validator, ..] && address == source.AbsoluteUri ? validator : null;

    /// <summary>Starts over with an answer that brings all of it.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="validator">Which version it is; null if the server does not say.</param>
    public void Begin(Uri source, string? validator)
    {
        Clear();
        if (validator is not null)
        {
            TryWrite(SourceName, [source.AbsoluteUri, validator]);
        }
    }

    /// <summary>Goes on with an answer that brings the rest.</summary>
    public void Continue() => IsWhole = false;

    /// <summary>Adds bytes to the end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Position = _file.Length;
        _file.Write(bytes);
    }

    /// <summary>Throws away what has come.</summary>
    public void Clear()
    {
        _file.SetLength(0);
        IsWhole = true;
        File.Delete(SourceName);
    }

    /// <summary>The SHA-256 of what has come.</summary>
    public async Task<string> HashAsync(CancellationToken cancellation)
    {
        _file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(_file, cancellation).ConfigureAwait(false));
    }

    /// <summary>Gives the file its name. To be called once, and nothing else after it.</summary>
    public void Complete()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(NameOf(_path), _path, overwrite: true);
        File.Delete(SourceName);
    }

    /// <summary>Closes it; an empty one goes.</summary>
    public void Dispose()
    {
        bool isEmpty = _file.CanRead && _file.Length == 0;
        _file.Dispose();
        if (isEmpty)
        {
            File.Delete(NameOf(_path));
        }
    }

    private string SourceName => NameOf(_path) + ".source";

    private static string[] TryRead(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void TryWrite(string path, string[] lines)
    {
        try
        {
            File.WriteAllLines(path, lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a validator the checksum still decides.
        }
    }
}
