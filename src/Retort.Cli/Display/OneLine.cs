namespace Retort.Cli.Display;

/// <summary>Texts that may hold names of files, which may hold anything.</summary>
internal static class OneLine
{
    /// <summary>A text with blanks in place of line breaks, tabs and other signs that a terminal, or who reads what is printed, would take for their own.</summary>
    public static string Of(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Any(char.IsControl) ? string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)) : line;
    }
}
