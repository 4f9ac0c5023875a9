using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Retort.Tests.Detectors;

/// <summary>The parts of a detector file or a checkpoint, to be put together again with one of them changed and all checksums right.</summary>
internal sealed class ArchiveParts
{
    private readonly string _head;
    private readonly Dictionary<string, byte[]> _parts = [];

    /// <summary>Takes a file apart.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="head">The part that holds the checksums of the others.</param>
    public ArchiveParts(byte[] file, string head)
    {
        _head = head;
        using var zip = new ZipArchive(new MemoryStream(file));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            _parts[entry.FullName] = content.ToArray();
        }
    }

    public byte[] this[string part] => _parts[part];

    /// <summary>The file with another part in place of one.</summary>
    public byte[] With(string part, byte[] bytes)
    {
        string head = Encoding.UTF8.GetString(_parts[_head]);
        if (part != _head)
        {
            string stamp = Convert.ToHexStringLower(SHA256.HashData(_parts[part]));
            head = head.Replace(stamp, Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.Ordinal);
            head = head.Replace($"\"bytes\": {_parts[part].Length}", $"\"bytes\": {bytes.Length}", StringComparison.Ordinal);
        }

        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in _parts)
            {
                using Stream stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(name == part ? bytes : name == _head ? Encoding.UTF8.GetBytes(head) : content);
            }
        }

        return file.ToArray();
    }
}
