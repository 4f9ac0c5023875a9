using System.CommandLine;
using System.CommandLine.Parsing;

namespace Retort.Cli;

/// <summary>What is wrong with a command line, in the words of the rest of the program: the option first, then what to do.</summary>
internal static class UsageErrors
{
    /// <summary>The first thing that is wrong; null if nothing is.</summary>
    public static string? First(ParseResult parsed)
    {
        Command verb = parsed.CommandResult.Command;
        IEnumerable<string> values = verb.Arguments.SelectMany(a => parsed.GetResult(a)?.Tokens ?? []).Select(t => t.Value);
        if (parsed.UnmatchedTokens.Concat(values.Where(IsUnknownOption)).FirstOrDefault() is { } unknown)
        {
            return $"{unknown}: there is no such option or argument; leave it out.";
        }

        IEnumerable<OptionResult> given = parsed.CommandResult.Children.OfType<OptionResult>().Where(o => !o.Implicit);
        if (given.Select(AboutUse).FirstOrDefault(error => error is not null) is { } wrong)
        {
            return wrong;
        }

        if (verb.Options.FirstOrDefault(o => o.Required && !(parsed.GetResult(o)?.IdentifierTokenCount > 0)) is { } missing)
        {
            return $"{missing.Name}: this option is missing; give {Example(missing)}.";
        }

        if (verb.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && values.All(v => v.Length == 0)) is { } argument)
        {
            return $"{argument.Name}: this argument is missing; name at least one.";
        }

        return parsed.Errors is [var other, ..] ? other.Message : null;
    }

    // A verb that takes paths takes a mistyped option for one of them. A single - is standard input.
    private static bool IsUnknownOption(string value) => value.StartsWith('-') && value.Length > 1 && !Path.Exists(value);

    private static string? AboutUse(OptionResult result)
    {
        Option option = result.Option;
        if (result.Tokens.Count < option.Arity.MinimumNumberOfValues)
        {
            return $"{option.Name}: its value is missing; give {Example(option)}.";
        }

        if (option.Arity.MaximumNumberOfValues == 1 && result.IdentifierTokenCount > 1)
        {
            return $"{option.Name}: it is given {result.IdentifierTokenCount} times; give it once.";
        }

        return result.Tokens.Any(t => t.Value.Length == 0) ? $"{option.Name}: its value is empty; give {Example(option)}." : null;
    }

    private static string Example(Option option) => $"{option.Name} {option.HelpName}";
}
