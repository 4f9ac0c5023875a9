namespace Retort.Cli.Display;

/// <summary>A table of plain text: columns as wide as their longest cell, the first ones to the left, the others to the right.</summary>
internal sealed class Columns
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    /// <summary>Begins a table.</summary>
    /// <param name="headings">One a column.</param>
    public Columns(params string[] headings)
    {
        _rows.Add(headings);
        _rows.Add([]);
    }

    /// <summary>How many columns are set to the left.</summary>
    public int Left { get; init; } = 1;

    /// <summary>Adds a row, a cell for each column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void WriteTo(TextWriter output)
    {
        int[] widths = [.. _rows[0].Select((_, column) => _rows.Max(row => row.Length > column ? row[column].Length : 0))];
        _rows[1] = [.. widths.Select(w => new string('-', w))];
        foreach (string[] row in _rows)
        {
            IEnumerable<string> cells = row.Select((cell, column) => column < Left ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }
}
