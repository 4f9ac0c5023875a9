using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Retort.Networks.Weights;

namespace Retort.Detectors;

/// <summary>A file format made of a stored zip: its words for people, and its entries.</summary>
/// <param name="Noun">What a file of it is called: <c>detector</c>.</param>
/// <param name="Head">The JSON entry that describes the others.</param>
/// <param name="Version">The newest version this program reads, and the one it writes.</param>
/// <param name="Remedy">What to do about a damaged one.</param>
internal sealed record ArchiveFormat(string Noun, string Head, int Version, string Remedy)
{
    public RetortException Damaged(string path, string detail, Exception? inner = null) =>
        new($"{path}: this is not a {Noun} file, or it is damaged ({detail}); {Remedy}.", inner) { NamesFile = true };
}

/// <summary>A part to write: its name, and what writes it.</summary>
internal sealed record ArchivePart(string Name, Action<Stream> Write);

/// <summary>
/// A stored (uncompressed) zip of one JSON entry, the head, and some binary ones. The head holds the format version and the length and SHA-256
/// of every other entry; the head itself is guarded by the zip's CRC-32. Nothing is handed out before it has been checked.
/// </summary>
internal sealed class StoredArchive : IDisposable
{
    // A head is some kilobytes; the limit keeps a forged file from filling the memory.
    private const int LargestHead = 16 << 20;
    private const string FormatField = "format";
    private const string VersionField = "formatVersion";
    private const string PartsField = "entries";

    // One date for all files: what is written depends on the content alone.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArchiveFormat _format;
    private readonly string _path;
    private readonly ZipArchive _zip;

    private StoredArchive(ArchiveFormat format, string path, ZipArchive zip)
    {
        _format = format;
        _path = path;
        _zip = zip;
    }

    /// <summary>The fields of the head.</summary>
    public JsonFields Head { get; private set; }

    /// <summary>Writes a file, see <see cref="AtomicFile"/>.</summary>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public static void Write(ArchiveFormat format, string path, JsonObject head, params ReadOnlySpan<ArchivePart> parts)
    {
        ArchivePart[] list = parts.ToArray();
        AtomicFile.Write(path, file =>
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            var stamps = new JsonObject();
            foreach (ArchivePart part in list)
            {
                stamps[part.Name] = WritePart(zip, part);
            }

            var whole = new JsonObject { [FormatField] = FormatName(format), [VersionField] = format.Version };
            foreach ((string name, JsonNode? value) in head)
            {
                whole[name] = value?.DeepClone();
            }

            whole[PartsField] = stamps;
            using Stream stream = CreateEntry(zip, format.Head).Open();
            stream.Write(Encoding.UTF8.GetBytes(whole.ToJsonString(Indented)));
        });
    }

    /// <summary>Opens a file and checks its head; the parts are checked when they are read.</summary>
    /// <exception cref="RetortException">There is no such file, it cannot be read, is damaged, or is of a newer version.</exception>
    public static StoredArchive Open(ArchiveFormat format, string path)
    {
        FileStream? file = null;
        StoredArchive? archive = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            archive = new StoredArchive(format, path, new ZipArchive(file, ZipArchiveMode.Read));
            archive.ReadHead();
            return archive;
        }
        catch (Exception failure)
        {
            archive?.Dispose();
            file?.Dispose();
            throw failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => new RetortException($"{path}: there is no such {format.Noun} file; check the path.", failure),
                UnauthorizedAccessException when Directory.Exists(path) => new RetortException($"{path}: this is a folder; give a {format.Noun} file.", failure),
                UnauthorizedAccessException => new RetortException($"{path}: the {format.Noun} file may not be read; check its permissions.", failure),
                RetortException => failure,
                _ when IsDamage(failure) => format.Damaged(path, "it is not a whole zip archive", failure),
                IOException => new RetortException($"{path}: the {format.Noun} file cannot be read ({failure.Message.TrimEnd('.')}); check the disk.", failure),
                _ => failure,
            };
        }
    }

    /// <summary>Checks a safetensors part's length and hash, then reads it tensor by tensor. To be gone through before the archive is closed.</summary>
    /// <exception cref="RetortException">It is missing or damaged.</exception>
    public IEnumerable<NamedTensor> ReadTensors(string name) => ReadEach(Guard(name, () => Checked(name)), name);

    private ZipArchiveEntry Checked(string name)
    {
        ZipArchiveEntry entry = Find(name);
        JsonFields stamp = Head.Object(PartsField).Object(name);
        if (entry.Length != stamp.Long("bytes"))
        {
            throw Damaged($"{name} has another length than {_format.Head} says");
        }

        using Stream content = entry.Open();
        return string.Equals(Convert.ToHexStringLower(SHA256.HashData(content)), stamp.Text("sha256"), StringComparison.Ordinal)
            ? entry
            : throw Damaged($"the checksum of {name} does not fit");
    }

    private IEnumerable<NamedTensor> ReadEach(ZipArchiveEntry entry, string name)
    {
        using Stream content = Guard(name, entry.Open);
        using IEnumerator<NamedTensor> tensors = SafeTensors.ReadEach(content, name).GetEnumerator();
        while (Guard(name, tensors.MoveNext))
        {
            yield return tensors.Current;
        }
    }

    private T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is WeightFileException || IsDamage(failure))
        {
            throw _format.Damaged(_path, $"{name} cannot be read", failure);
        }
    }

    /// <summary>The error that this file is damaged.</summary>
    public RetortException Damaged(string detail) => _format.Damaged(_path, detail);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();

    private void ReadHead()
    {
        ZipArchiveEntry entry = Find(_format.Head);
        if (entry.Length > LargestHead)
        {
            throw Damaged($"{_format.Head} is too large");
        }

        byte[] bytes = new byte[entry.Length];
        using (Stream stream = entry.Open())
        {
            stream.ReadExactly(bytes);
        }

        if (Crc32.Compute(bytes) != entry.Crc32)
        {
            throw Damaged($"the checksum of {_format.Head} does not fit");
        }

        Head = new JsonFields(JsonFields.Parse(bytes) ?? throw Damaged($"{_format.Head} is not a JSON object"), Damaged);
        if (Head.Text(FormatField) != FormatName(_format))
        {
            throw Damaged($"{_format.Head} is of another kind of file");
        }

        int version = Head.Whole(VersionField, 1);
        if (version > _format.Version)
        {
            throw new RetortException($"{_path}: this {_format.Noun} file is of format {version}, and this Retort reads up to {_format.Version}; use a newer Retort.");
        }
    }

    private ZipArchiveEntry Find(string name)
    {
        ZipArchiveEntry[] found = [.. _zip.Entries.Where(e => e.FullName == name)];
        if (found.Length != 1)
        {
            throw Damaged(found.Length == 0 ? $"{name} is missing" : $"{name} is there twice");
        }

        // Ours are stored: nothing that is read can be larger than the file.
        return found[0].Length == found[0].CompressedLength ? found[0] : throw Damaged($"{name} is compressed");
    }

    private static JsonObject WritePart(ZipArchive zip, ArchivePart part)
    {
        using var hash = SHA256.Create();
        long bytes;
        using (Stream entry = CreateEntry(zip, part.Name).Open())
        using (var hashing = new CryptoStream(entry, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var buffered = new BufferedStream(hashing, 1 << 16))
        {
            part.Write(buffered);
            buffered.Flush();
            bytes = entry.Position;
        }

        return new JsonObject { ["bytes"] = bytes, ["sha256"] = Convert.ToHexStringLower(hash.Hash!) };
    }

    private static ZipArchiveEntry CreateEntry(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Epoch;
        return entry;
    }

    private static string FormatName(ArchiveFormat format) => "retort-" + format.Noun;

    private static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException or FormatException;
}
