using System.Runtime.CompilerServices;

namespace Retort.Cli.Tests.Reference;

/// <summary>
/// docs/cli.md holds what the program itself says of its verbs, between marks. After a change of verbs or options run
/// <c>RETORT_UPDATE_REFERENCE=1 ./test --fast --filter FullyQualifiedName~CommandReference</c> and look at what differs before committing it.
/// </summary>
public sealed class CommandReferenceTests
{
    private const string Update = "RETORT_UPDATE_REFERENCE";

    [Theory]
    [InlineData("verbs")]
    [InlineData("methods")]
    public void The_command_line_reference_is_what_the_program_says(string part)
    {
        string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/cli.md"));
        string document = File.ReadAllText(path).ReplaceLineEndings("\n");
        string begin = $"<!-- {part}: generated, see CommandReferenceTests -->\n", end = $"<!-- end of {part} -->\n";
        int start = document.IndexOf(begin, StringComparison.Ordinal) + begin.Length, stop = document.IndexOf(end, StringComparison.Ordinal);
        Assert.True(start >= begin.Length && stop >= start, $"{path} lacks the marks of its part {part}.");
        string actual = part == "verbs" ? CommandReference.OfVerbs() : CommandReference.OfMethods();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, document[..start] + actual + document[stop..]);
            return;
        }

        string[] expected = document[start..stop].Split('\n'), now = actual.Split('\n');
        string difference = string.Join('\n', [.. expected.Except(now).Select(l => "- " + l), .. now.Except(expected).Select(l => "+ " + l)]);
        Assert.True(
            expected.SequenceEqual(now),
            $"The {part} in {path} are not those of the program:\n{difference}\nIf that is meant: {Update}=1 ./test --fast --filter FullyQualifiedName~CommandReference, and commit the file.");
    }

    [Fact]
    public void The_reference_shows_what_a_user_types()
    {
        string verbs = CommandReference.OfVerbs(), methods = CommandReference.OfMethods();
        Assert.Contains("\n### `train`\n", verbs, StringComparison.Ordinal);
        Assert.Contains("\n### `teacher install`\n", verbs, StringComparison.Ordinal);
        Assert.Contains("| `--out FILE` | required |", verbs, StringComparison.Ordinal);
        Assert.Contains("| `--rotate none\\|slight\\|full` | `none` |", verbs, StringComparison.Ordinal);
        Assert.Contains("| `--resume` |  |", verbs, StringComparison.Ordinal);
        Assert.Contains("| `PATH ...` |  |", verbs, StringComparison.Ordinal);
        Assert.Contains("| `segmentation-stride` | 2 | 2 | 1 |", methods, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
