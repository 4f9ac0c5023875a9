using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace Retort.Data;

/// <summary>A picture that a list names.</summary>
/// <param name="Place">Where in the list it is named, for messages: <c>line 3</c>.</param>
/// <param name="Path">The picture as the list has it, relative to the folder of the list or absolute.</param>
/// <param name="Label"><c>good</c>, or the kind of defect.</param>
/// <param name="Mask">The mask, likewise; null for none.</param>
/// <param name="IsTest">Whether it is for testing and not for learning.</param>
internal sealed record DatasetListEntry(string Place, string Path, string Label, string? Mask, bool IsTest);

/// <summary>
/// Reads a dataset that is a list: comma-separated values with a header (also with semicolons or tabs between them), a JSON array of objects, or JSON lines.
/// The fields are <c>path</c>, and if need be <c>label</c> (<c>good</c> unless given), <c>mask</c> and <c>split</c> (<c>train</c> or <c>test</c>; unless given, good pictures
/// are learnt from and others tested). Others are passed over.
/// </summary>
internal static class DatasetList
{
    // Far more than a list of a million pictures takes; a larger file is something else.
    private const long LargestFile = 256 << 20;
    private const int LongestField = 32768;
    private const string PathField = "path", LabelField = "label", MaskField = "mask", SplitField = "split";
    private const string Train = "train", Test = "test";

    private static readonly SearchValues<char> NotInFolderNames = SearchValues.Create("/\\:*?\"<>|");
    private static readonly string[] Extensions = [".csv", ".json", ".jsonl"];

    /// <summary>Whether a file is a list by its extension.</summary>
    public static bool IsList(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a list.</summary>
    /// <exception cref="RetortException">It cannot be read, or does not say what it must.</exception>
    public static IReadOnlyList<DatasetListEntry> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                throw new RetortException($"{path}: a list of pictures of more than {LargestFile >> 20} MB is not read; split it.");
            }

            IEnumerable<DatasetListEntry> entries = Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".CSV" => ReadCsv(path),
                ".JSON" => ReadJson(path),
                _ => ReadJsonLines(path),
            };
            DatasetListEntry[] all = [.. entries];
            return all.Length > 0 ? all : throw new RetortException($"{path}: the list is empty; name a picture a line, under the header path,label,mask.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RetortException($"{path}: the list may not be read; give this user the right to.", e);
        }
        catch (IOException e)
        {
            throw new RetortException($"{path}: the list cannot be read ({e.Message.TrimEnd('.')}); check the file and the disk.", e);
        }
    }

    private static IEnumerable<DatasetListEntry> ReadCsv(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            DetectDelimiter = true,
            DetectDelimiterValues = [",", ";", "\t"],
            MaxFieldSize = LongestField,
            BadDataFound = bad => throw Wrong(path, $"line {bad.Context.Parser?.RawRow}", "its quotes do not match", "put a value that holds a quote in quotes, and the quote twice"),
        };
        using var parser = new CsvParser(reader, configuration);
        if (!Advance(parser, path))
        {
            yield break;
        }

        string[] header = [.. parser.Record!.Select(name => name.Trim().ToLowerInvariant())];
        if (!header.Contains(PathField))
        {
            throw Wrong(path, "line 1", "there is no column \"path\"", "begin the list with the names of its columns, such as path,label,mask");
        }

        while (Advance(parser, path))
        {
            string[] values = parser.Record!;
            string place = $"line {parser.RawRow}";
            if (values.All(string.IsNullOrWhiteSpace))
            {
                continue;
            }

            if (values.Length > header.Length)
            {
                throw Wrong(path, place, $"it has {values.Length} values under {header.Length} names", "put a value that holds a comma in quotes");
            }

            yield return Entry(path, place, name =>
            {
                int column = Array.IndexOf(header, name);
                return column >= 0 && column < values.Length ? values[column] : null;
            });
        }
    }

    private static bool Advance(CsvParser parser, string path)
    {
        try
        {
            return parser.Read();
        }
        catch (MaxFieldSizeException e)
        {
            throw Wrong(path, $"line {parser.RawRow}", $"a value of it has more than {LongestField} characters", "check whether a quote is missing", e);
        }
    }

    private static IEnumerable<DatasetListEntry> ReadJson(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using JsonDocument document = Parse(path, null, () => JsonDocument.Parse(stream));
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new RetortException($"{path}: the list is not a JSON array; write [{{\"path\": \"a.png\", \"label\": \"good\"}}, ...].");
        }

        int number = 0;
        foreach (JsonElement item in document.RootElement.EnumerateArray())
        {
            number++;
            yield return JsonEntry(path, $"item {number}", item);
        }
    }

    private static IEnumerable<DatasetListEntry> ReadJsonLines(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string place = $"line {number}";
            if (!string.IsNullOrWhiteSpace(line))
            {
                using JsonDocument document = Parse(path, place, () => JsonDocument.Parse(line));
                yield return JsonEntry(path, place, document.RootElement);
            }
        }
    }

    private static JsonDocument Parse(string path, string? place, Func<JsonDocument> parse)
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw Wrong(path, place ?? $"line {e.LineNumber + 1}", "this is not JSON", "check brackets, quotes and commas", e);
        }
    }

    private static DatasetListEntry JsonEntry(string path, string place, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, place, "it is not a JSON object", "write {\"path\": \"a.png\", \"label\": \"good\"}");
        }

        return Entry(path, place, name =>
        {
            try
            {
                return !item.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
                    : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(path, place, $"\"{name}\" is not a text", "put it in quotes");
            }
            catch (InvalidOperationException e) // half a surrogate pair, in a name or a value
            {
                throw Wrong(path, place, "it holds what is not valid text", "write it as UTF-8", e);
            }
        });
    }

    private static DatasetListEntry Entry(string path, string place, Func<string, string?> field)
    {
        string? picture = Given(PathField), label = Given(LabelField), mask = Given(MaskField), split = Given(SplitField);
        if (picture is null)
        {
            throw Wrong(path, place, "it names no picture", "give its path");
        }

        foreach (string file in mask is null ? [picture] : new[] { picture, mask })
        {
            if (file.Any(char.IsControl))
            {
                throw Wrong(path, place, "a path of it holds a control character", "check the file's encoding and its quotes");
            }
        }

        if (label?.Any(char.IsControl) == true || split?.Any(char.IsControl) == true)
        {
            throw Wrong(path, place, "a value of it holds a control character", "check the file's encoding and its quotes");
        }

        label ??= AnomalyDataset.Good;
        bool good = label.Equals(AnomalyDataset.Good, StringComparison.OrdinalIgnoreCase);
        if (label is "." or ".." || label.AsSpan().ContainsAny(NotInFolderNames))
        {
            // Labels become names of folders, where maps are written.
            throw Wrong(path, place, $"the label \"{label}\" cannot be the name of a folder", "leave out slashes, colons and the like");
        }

        bool test = split?.ToLowerInvariant() switch
        {
            null => !good,
            Train => false,
            Test => true,
            _ => throw Wrong(path, place, $"the split \"{split}\" is unknown", $"write {Train} or {Test}"),
        };
        return new DatasetListEntry(place, picture, good ? AnomalyDataset.Good : label, mask, test);

        string? Given(string name) => field(name)?.Trim() is { Length: > 0 } value ? value : null;
    }

    private static RetortException Wrong(string path, string place, string what, string remedy, Exception? inner = null) =>
        new($"{path}, {place}: {what}; {remedy}.", inner);
}
