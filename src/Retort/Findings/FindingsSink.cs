using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Retort.Detectors;

namespace Retort.Findings;

/// <summary>
/// Appends what is found to a file while pictures are inspected: a line a picture, handed to the system before the next picture begins. The keys are those of
/// <see cref="FindingsJson"/>, and <c>error</c> for a picture that could not be read. JSON lines (<c>.jsonl</c>) have an object a picture; in
/// comma-separated values (<c>.csv</c>) <c>regions</c> is their number. Safe for use by several threads.
/// </summary>
public sealed class FindingsSink : IDisposable
{
    private const string PathKey = "path";
    private const string RegionsKey = "regions";
    private const string ErrorKey = "error";

    private static readonly string[] Columns = [PathKey, "width", "height", "score", "normalized_score", "verdict", RegionsKey, "milliseconds", ErrorKey];

    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _turn = new();
    private readonly string _path;
    private readonly FileStream _file;
    private readonly bool _json;

    private FindingsSink(string path, FileStream file, bool json) => (_path, _file, _json) = (path, file, json);

    /// <summary>Opens a file to append to, or makes it. What is in it stays; a line that was cut off in writing is ended.</summary>
    /// <param name="path">The file; its extension tells the format.</param>
    /// <exception cref="RetortException">The extension is another, the file cannot be written, or it is a table with other columns.</exception>
    public static FindingsSink Open(string path)
    {
        bool json = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        if (!json && !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            throw new RetortException($"{path}: neither .csv nor .jsonl; give a name with one of these.");
        }

        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            var sink = new FindingsSink(path, file, json);
            try
            {
                sink.Begin();
                return sink;
            }
            catch
            {
                sink.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(path, failure);
        }
    }

    /// <summary>Appends what was found in a picture.</summary>
    /// <exception cref="RetortException">The file cannot be written any more.</exception>
    public void Add(Inspection inspection) => Append(FindingsJson.Create(inspection));

    /// <summary>Appends that a picture could not be read.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="why">A sentence.</param>
    /// <exception cref="RetortException">The file cannot be written any more.</exception>
    public void AddFailure(string path, string why) => Append(new JsonObject { [PathKey] = path, [ErrorKey] = why });

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Begin()
    {
        if (_file.Length == 0)
        {
            if (!_json)
            {
                Write(CsvOf(Columns));
            }

            return;
        }

        if (!_json)
        {
            using var reader = new StreamReader(_file, leaveOpen: true);
            if (reader.ReadLine() != CsvOf(Columns).TrimEnd())
            {
                throw new RetortException($"{_path}: the file that is there has other columns; choose another name, or move it away.");
            }
        }

        _file.Seek(-1, SeekOrigin.End);
        if (_file.ReadByte() != '\n')
        {
            Write("\n");
        }
    }

    private void Append(JsonObject record)
    {
        string line = _json ? record.ToJsonString(OneLine) + "\n" : CsvOf(Columns.Select(key => Field(key, record[key])));
        lock (_turn)
        {
            try
            {
                Write(line);
            }
            catch (IOException failure)
            {
                throw AtomicFile.Explain(_path, failure);
            }
        }
    }

    private void Write(string text)
    {
        // In one piece: whoever reads the file while it grows sees whole lines.
        _file.Seek(0, SeekOrigin.End);
        _file.Write(Encoding.UTF8.GetBytes(text));
        _file.Flush();
    }

    private static string Field(string key, JsonNode? value) => value switch
    {
        null => "",
        JsonArray regions when key == RegionsKey => regions.Count.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string CsvOf(IEnumerable<string> fields)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (string field in fields)
            {
                csv.WriteField(field);
            }

            csv.NextRecord();
        }

        return text.ToString();
    }
}
