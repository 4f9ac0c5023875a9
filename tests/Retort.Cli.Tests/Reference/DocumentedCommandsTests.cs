using System.CommandLine;
using System.CommandLine.Parsing;
using Retort.Cli.Verbs;
using Retort.Tests.Documentation;

namespace Retort.Cli.Tests.Reference;

/// <summary>A command line that a document shows is one that the program takes.</summary>
public sealed class DocumentedCommandsTests
{
    [Fact]
    public void Every_command_line_of_the_documentation_has_a_verb_and_options_that_there_are()
    {
        (MarkdownDocument Document, string Line)[] lines = [.. MarkdownDocument.All().SelectMany(d => d.Blocks("sh").SelectMany(CommandLines).Select(l => (d, l)))];
        Assert.True(lines.Length > 50, $"Only {lines.Length} command lines were found.");
        Assert.Empty(lines.Select(l => (l, Problem: ProblemOf(l.Line))).Where(l => l.Problem is not null).Select(l => $"{l.l.Document}: {l.l.Line}: {l.Problem}"));
    }

    [Theory]
    [InlineData("inspect --model x new", null)]
    [InlineData("trian --data x", "there is no such verb")]
    [InlineData("train --data x --out y --presset quick", "--presset: there is no such option or argument; leave it out.")]
    [InlineData("train --data x", "--out: this option is missing; give --out FILE.")]
    public void A_command_line_that_is_wrong_is_found(string line, string? problem) => Assert.Equal(problem, ProblemOf(line));

    [Fact]
    public void Command_lines_are_found_among_comments_pipes_and_breaks() => Assert.Equal(
        ["train --data a --out b", "inspect --model b -", "info --model b", "verify --model b"],
        CommandLines("# ./retort no\n./retort train --data a \\\n    --out b   # slow\nfind . | ./retort inspect --model b - > x\nretort info --model b && ./retort verify --model b\n"));

    private static IEnumerable<string> CommandLines(string block) =>
        from line in block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
        from command in line.Split(" #")[0].Split(["|", "&&", ";", "$("], StringSplitOptions.TrimEntries)
        let words = command.Split([">", ")"], StringSplitOptions.None)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where words is ["./retort" or "retort", ..]
        select string.Join(' ', words[1..]);

    private static string? ProblemOf(string line)
    {
        ParseResult parsed = Program.Commands().Parse(line.Replace("\\*", "x", StringComparison.Ordinal));
        bool asks = line is "--help" or "--version" || line.EndsWith(" --help", StringComparison.Ordinal);
        return asks ? null : parsed.CommandResult.Command is not Verb ? "there is no such verb" : UsageErrors.First(parsed);
    }
}
