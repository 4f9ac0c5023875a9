using System.IO.Compression;
using System.Text;

namespace Retort.Networks.Weights.Torch;

/// <summary>
/// The layout of <c>torch.save</c> since PyTorch 1.6: a zip with <c>NAME/data.pkl</c> and a <c>NAME/data/KEY</c> for each storage.
/// </summary>
/// <remarks>
/// No entry is ever extracted to a path. An entry is read only if it can be as long as it says: Deflate makes at most 1032 bytes of
/// one, and the entries together cannot hold more compressed bytes than the file has.
/// </remarks>
internal sealed class TorchZip : ITorchArchive, IDisposable
{
    private const string PickleName = "data.pkl";
    private const int MaxPickle = 16 << 20;
    private const int DeflateRatio = 1032;
    private const int DeflateSlack = 64;

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private readonly long _maxBytes;
    private long _compressedLeft;
    private long _bytesLeft;

    /// <summary>Opens the zip and reads the pickle.</summary>
    /// <param name="stream">The file, seekable; left open.</param>
    /// <param name="maxBytes">The most bytes all entries together may have.</param>
    public TorchZip(Stream stream, long maxBytes)
    {
        _maxBytes = _bytesLeft = maxBytes;
        _compressedLeft = stream.Length;
        _zip = OpenZip(stream);
        try
        {
            foreach (ZipArchiveEntry entry in _zip.Entries)
            {
                if (LeadsOut(entry.FullName))
                    throw new InvalidWeightsException($"its zip holds '{entry.FullName}', a name that leads out of it", "give a file that torch.save wrote");
                if (!_entries.TryAdd(entry.FullName, entry))
                    throw new InvalidWeightsException($"its zip holds '{entry.FullName}' twice");
            }

            _prefix = FindPrefix();
            CheckByteOrder();
            Root = new PickleReader(ReadEntry(_entries[_prefix + PickleName], MaxPickle)).Read();
        }
        catch
        {
            _zip.Dispose();
            throw;
        }
    }

    public object? Root { get; }

    public byte[] ReadStorage(TorchStorage storage)
    {
        if (!_entries.TryGetValue($"{_prefix}data/{storage.Key}", out ZipArchiveEntry? entry))
            throw new InvalidWeightsException($"its storage '{storage.Key}' is missing");
        if (entry.Length != storage.Bytes)
            throw new InvalidWeightsException($"its storage '{storage.Key}' has {entry.Length} bytes where {storage.Bytes} were announced");
        return ReadEntry(entry, Array.MaxLength);
    }

    public void Dispose() => _zip.Dispose();

    private static ZipArchive OpenZip(Stream stream)
    {
        try
        {
            var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);

            // The directory is read when it is first asked for.
            _ = zip.Entries;
            return zip;
        }
        catch (Exception e) when (IsZipFault(e))
        {
            throw new InvalidWeightsException("its zip directory is damaged");
        }
    }

    // Nothing is extracted, so such a name does no harm here; but torch.save does not write it, and whoever did means harm somewhere.
    private static bool LeadsOut(string name) =>
        name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || name.Split('/').Contains("..");

    private static bool IsZipFault(Exception e) =>
        e is InvalidDataException or EndOfStreamException or ArgumentException or NotSupportedException or OverflowException;

    private string FindPrefix()
    {
        string? found = null;
        foreach (string name in _entries.Keys)
        {
            if (name != PickleName && !name.EndsWith($"/{PickleName}", StringComparison.Ordinal))
                continue;
            if (found is not null)
                throw new InvalidWeightsException($"its zip holds more than one {PickleName}");
            found = name[..^PickleName.Length];
        }

        if (found is null)
            throw new InvalidWeightsException($"its zip holds no {PickleName}", "give a file that torch.save wrote");
        if (_entries.ContainsKey($"{found}constants.pkl"))
            throw new InvalidWeightsException("it is a TorchScript program", "save the tensors alone with torch.save(model.state_dict(), file)");
        return found;
    }

    private void CheckByteOrder()
    {
        if (!_entries.TryGetValue($"{_prefix}byteorder", out ZipArchiveEntry? entry))
            return;
        string order = Encoding.Latin1.GetString(ReadEntry(entry, 16));
        if (order != "little")
            throw new InvalidWeightsException($"its byte order is '{order}'", "save it on a little-endian machine");
    }

    private byte[] ReadEntry(ZipArchiveEntry entry, int limit)
    {
        long length = entry.Length;
        long compressed = entry.CompressedLength;
        if (length < 0 || length > limit)
            throw new InvalidWeightsException($"'{entry.FullName}' in its zip has {length} bytes, more than Retort reads");
        if (compressed < 0 || compressed > _compressedLeft || length > compressed * DeflateRatio + DeflateSlack)
            throw new InvalidWeightsException($"'{entry.FullName}' in its zip claims sizes that cannot be true");
        if (length > _bytesLeft)
            throw new InvalidWeightsException($"it unpacks to more than {_maxBytes} bytes", "give a smaller network");
        _compressedLeft -= compressed;
        _bytesLeft -= length;

        byte[] bytes = new byte[length];
        try
        {
            using Stream content = entry.Open();
            content.ReadExactly(bytes);
            if (content.ReadByte() >= 0)
                throw new InvalidWeightsException($"'{entry.FullName}' in its zip is longer than it says");
        }
        catch (Exception e) when (IsZipFault(e))
        {
            throw new InvalidWeightsException($"'{entry.FullName}' in its zip is damaged");
        }

        return bytes;
    }
}
