using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Retort.Detectors;

namespace Retort.Streams;

/// <summary>
/// Which pictures of a watched folder are done, in a file that outlives the program: JSON lines of <c>name</c>, <c>bytes</c> and <c>modified</c>. A
/// line is on the disk before the next picture begins; one that a crash cut off is dropped, so that at the worst a picture is done twice, never left out.
/// </summary>
public sealed class FolderJournal : IDisposable
{
    private const string NameField = "name";
    private const string BytesField = "bytes";
    private const string ModifiedField = "modified";
    private const string TimeFormat = "O";

    private static ReadOnlySpan<byte> Beginning => "{\"name\":"u8;

    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Dictionary<string, PictureStamp> _done = new(StringComparer.Ordinal);

    private FolderJournal(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>How many pictures are done.</summary>
    public int Count => _done.Count;

    /// <summary>The journal of a folder, unless another is asked for: a hidden file in it.</summary>
    public static string PathFor(string folder) => Path.Combine(folder, ".retort-journal.jsonl");

    /// <summary>Opens a journal, or makes one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RetortException">The file cannot be written, is no journal, or another program has it open.</exception>
    public static FolderJournal Open(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException) && File.Exists(path))
        {
            throw new RetortException($"{path}: the journal is in use, probably by another inspect --watch of this folder; wait for its end or give another name.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, failure);
        }

        var journal = new FolderJournal(path, file);
        try
        {
            journal.Read();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Whether a picture is done, as it is now: one of the same name but of another length or time is not.</summary>
    public bool Contains(PictureStamp picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return _done.TryGetValue(picture.Name, out PictureStamp? done) && done == picture;
    }

    /// <summary>Notes that a picture is done.</summary>
    /// <exception cref="RetortException">The file cannot be written any more.</exception>
    public void Add(PictureStamp picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var line = new JsonObject
        {
            [NameField] = picture.Name,
            [BytesField] = picture.Bytes,
            [ModifiedField] = picture.Modified.ToString(TimeFormat, CultureInfo.InvariantCulture),
        };
        Write(line.ToJsonString(OneLine) + "\n");
        _done[picture.Name] = picture;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Read()
    {
        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        for (int start = 0; start < content.Length;)
        {
            int end = Array.IndexOf(content, (byte)'\n', start);
            ReadOnlySpan<byte> line = content.AsSpan(start, (end < 0 ? content.Length : end) - start);
            if (Parse(line) is { } picture)
            {
                _done[picture.Name] = picture;
            }
            else if (end >= 0 || !(line.StartsWith(Beginning) || Beginning.StartsWith(line)))
            {
                // Whatever this is, nothing must be appended to it.
                throw new RetortException($"{_path}: this is not a journal of inspect --watch, or it is damaged; give another name, or move it away.");
            }
            else
            {
                _file.SetLength(start);
                return;
            }

            start = end < 0 ? content.Length : end + 1;
        }

        if (content.Length > 0 && content[^1] != '\n')
        {
            Write("\n");
        }
    }

    private static PictureStamp? Parse(ReadOnlySpan<byte> line)
    {
        JsonObject? fields = JsonFields.Parse(line);
        return fields?[NameField] is JsonValue name && name.TryGetValue(out string? text)
            && fields[BytesField] is JsonValue bytes && bytes.TryGetValue(out long length)
            && fields[ModifiedField] is JsonValue modified && modified.TryGetValue(out string? time)
            && DateTime.TryParseExact(time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime moment)
            ? new PictureStamp(text, length, moment)
            : null;
    }

    private void Write(string text)
    {
        try
        {
            _file.Seek(0, SeekOrigin.End);
            _file.Write(Encoding.UTF8.GetBytes(text));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException failure)
        {
            throw AtomicFile.Explain(_path, failure);
        }
    }
}
