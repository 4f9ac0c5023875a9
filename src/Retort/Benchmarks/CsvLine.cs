using System.Text;

namespace Retort.Benchmarks;

/// <summary>A line of comma-separated values as RFC 4180 has it: a value with a comma or a quote stands in quotes, quotes in it twice.</summary>
internal static class CsvLine
{
    /// <summary>Joins values; none may hold a line ending.</summary>
    public static string Join(IEnumerable<string> values) => string.Join(',', values.Select(Quote));

    /// <summary>Takes a line apart.</summary>
    /// <returns>Null if its quotes do not match.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                value.Append(c);
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                values.Add(value.ToString());
                value.Clear();
            }
            else
            {
                value.Append(c);
            }
        }

        values.Add(value.ToString());
        return quoted ? null : values;
    }

    private static string Quote(string value) => value.AsSpan().ContainsAny(',', '"') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
