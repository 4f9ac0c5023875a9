using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Retort.Methods;

namespace Retort.Cli.Tests.Reference;

/// <summary>What docs/cli.md says of the verbs and of the options of methods, as Markdown, taken from the program.</summary>
internal static class CommandReference
{
    private const string InWords = "[default: ";
    private static readonly string[] Presets = ["quick", "balanced", "paper"];

    /// <summary>Every verb: what it does, its arguments and options, an example.</summary>
    public static string OfVerbs()
    {
        Command root = Program.Commands();
        var text = new StringBuilder();
        text.Append("Every verb takes\n\n").Append("| option | |\n|---|---|\n");
        text.Append("| `--help` | Show help and usage information. |\n");
        foreach (Option option in root.Options.Where(o => o.Recursive && o is not HelpOption))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{option.Name}` | {Cell(option.Description)} |\n");
        }

        foreach (Command verb in Leaves(root))
        {
            Describe(text, verb, NameOf(verb));
        }

        return text.ToString();
    }

    /// <summary>The options of each method with their values in each preset.</summary>
    public static string OfMethods()
    {
        var text = new StringBuilder();
        foreach (string id in MethodCatalog.Ids)
        {
            MethodOptions[] presets = [.. Presets.Select(p => MethodCatalog.CreateOptions(id, p))];
            JsonObject[] values = [.. presets.Select(p => p.ToJson())];
            string folder = presets[0].GetType().Namespace!.Split('.')[^1];
            if (text.Length > 0)
            {
                text.Append('\n');
            }

            text.Append(CultureInfo.InvariantCulture, $"### `{id}`\n\n");
            text.Append(CultureInfo.InvariantCulture, $"[What they are](../src/Retort/Methods/{folder}/README.md#options). Phases, for `--steps`: {string.Join(", ", presets[^1].PhaseNames)}.\n\n");
            text.Append("| option | `quick` | `balanced` | `paper` |\n|---|---|---|---|\n");
            foreach ((string name, _) in values[0])
            {
                string shown = name is "size" or "batch" or "steps" ? $"`--{name}`" : $"`{name}`";
                text.Append(CultureInfo.InvariantCulture, $"| {shown} | {string.Join(" | ", values.Select(v => Value(v[name])))} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string NameOf(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } group && group.Parents.Any() ? $"{NameOf(group)} {verb.Name}" : verb.Name;

    private static void Describe(StringBuilder text, Command verb, string name)
    {
        Option[] options = [.. verb.Options.Where(o => o is not HelpOption && !o.Recursive)];
        text.Append(CultureInfo.InvariantCulture, $"\n### `{name}`\n\n{verb.Description}\n\n```sh\n{ExampleOf(verb)}\n```\n\n");
        text.Append("| argument, option | default | |\n|---|---|---|\n");
        foreach (Argument argument in verb.Arguments)
        {
            string several = argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{argument.Name}{several}` | {(argument.Arity.MinimumNumberOfValues > 0 ? "required" : "")} | {Cell(argument.Description)} |\n");
        }

        foreach (Option option in options)
        {
            // In a table's cell a vertical bar has to be escaped, even in code.
            string value = option.ValueType == typeof(bool) ? "" : " " + Cell(option.HelpName);
            (string does, string otherwise) = DefaultOf(option);
            text.Append(CultureInfo.InvariantCulture, $"| `{option.Name}{value}` | {otherwise} | {Cell(does)} |\n");
        }
    }

    private static string ExampleOf(Command verb) => ((VerbHelp)verb.Options.OfType<HelpOption>().Single().Action!).Example;

    // Defaults that are no value stand in words at the end of the description.
    private static (string Does, string Default) DefaultOf(Option option)
    {
        string does = option.Description ?? "";
        int words = does.IndexOf(InWords, StringComparison.Ordinal);
        return option switch
        {
            { Required: true } => (does, "required"),
            { HasDefaultValue: true } when option.ValueType != typeof(bool) => (does, $"`{Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture)}`"),
            _ when words >= 0 => (does[..words].TrimEnd(), does[(words + InWords.Length)..^1]),
            _ => (does, ""),
        };
    }

    private static string Value(JsonNode? value) => value is JsonArray list ? string.Join(',', list.Select(v => v!.ToString())) : value!.ToString();

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
