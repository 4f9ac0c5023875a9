using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Retort.Tests.Documentation;

/// <summary>A Markdown file of the repository: what it links to, and what can be linked to in it.</summary>
internal sealed partial class MarkdownDocument
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", ".retort", "artifacts", "TestResults", "runtimes"];

    private readonly string _prose;

    public MarkdownDocument(string path)
    {
        Path = path;
        Text = File.ReadAllText(path).ReplaceLineEndings("\n");
        _prose = Fence().Replace(Text, "");
    }

    /// <summary>The checkout.</summary>
    public static string Root { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(ThisFile())!, "../../.."));

    public string Path { get; }

    /// <summary>All of it, lines ending in a line feed.</summary>
    public string Text { get; }

    /// <summary>Where links and pictures lead.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(_prose, "")).Select(m => m.Groups[1].Value);

    /// <summary>The anchors of its headings, as GitHub makes them: lower case, blanks become hyphens, punctuation goes, a name that comes again gets a number.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(_prose))
            {
                string text = Link().Replace(heading.Groups[1].Value, m => m.Value[1..m.Value.IndexOf(']', StringComparison.Ordinal)]);
                string name = NoAnchor().Replace(text.Trim().ToLowerInvariant(), "").Replace(' ', '-');
                string unique = name;
                for (int i = 1; !anchors.Add(unique); i++)
                {
                    unique = $"{name}-{i}";
                }
            }

            return anchors;
        }
    }

    /// <summary>The content of its fenced blocks of a language.</summary>
    public IEnumerable<string> Blocks(string language) =>
        Fence().Matches(Text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["content"].Value);

    /// <summary>All Markdown files under version control, or about to be: none that a build made.</summary>
    public static IEnumerable<MarkdownDocument> All() =>
        new[] { "", "docs", "src", "samples", "bench", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(
                System.IO.Path.Combine(Root, folder), "*.md", folder.Length == 0 ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Where(path => !System.IO.Path.GetRelativePath(Root, path).Split('/', '\\').Any(Generated.Contains))
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownDocument(path));

    public override string ToString() => System.IO.Path.GetRelativePath(Root, Path);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<content>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`(?!\\])")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\[[^\[\]]*\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\-_ ]")]
    private static partial Regex NoAnchor();
}
