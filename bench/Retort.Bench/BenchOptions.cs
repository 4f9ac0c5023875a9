using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Retort.Bench;

/// <summary>Options that several verbs share, and ways to make more.</summary>
internal static class BenchOptions
{
    public static Option<int> Threads() => Whole("--threads", Environment.ProcessorCount, "Threads.");

    public static Option<int> Batch() => Whole("--batch", 8, "Pictures in a training step.");

    public static Option<int> Repeat() => Whole("--repeat", 3, "Runs to take the median of, after one that does not count.");

    /// <summary>The method to measure.</summary>
    public static Option<string> Method() => new("--method") { Description = "The method.", HelpName = "NAME", DefaultValueFactory = _ => MethodTask.DeSTSeg };

    /// <summary>A whole number of at least 1.</summary>
    public static Option<int> Whole(string name, int otherwise, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Parse(result, name, result.Tokens[0].Value, least: 1),
    };

    /// <summary>Whole numbers with commas between them.</summary>
    public static Option<int[]> Wholes(string name, int[] otherwise, string description, int least = 1) => new(name)
    {
        Description = description,
        HelpName = string.Join(',', otherwise),
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(text => Parse(result, name, text, least))],
    };

    public static Option<string> Required(string name, string value, string description) => new(name) { Description = description, HelpName = value, Required = true };

    public static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static int Parse(ArgumentResult result, string name, string text, int least)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least)
        {
            result.AddError($"{name} {text}: not a whole number of at least {least}.");
        }

        return number;
    }
}
