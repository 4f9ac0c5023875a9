namespace Retort.Cli;

/// <summary>Paths in commands that are shown to be copied.</summary>
internal static class ShellWord
{
    /// <summary>A path as one word of a command line: in quotes where it holds blanks or signs that a shell may take for its own.</summary>
    public static string Of(string path) => path.All(c => char.IsLetterOrDigit(c) || "_-./\\:+,@".Contains(c))
        ? path
        : $"\"{string.Concat(path.Select(c => "\"$`".Contains(c) ? $"\\{c}" : c.ToString()))}\"";
}
