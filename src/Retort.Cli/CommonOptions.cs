using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Retort.Data;
using Retort.Methods;
using Retort.Teachers;

namespace Retort.Cli;

/// <summary>Options that several verbs share, and ways to make options whose errors name the option, the value and what fits.</summary>
internal static class CommonOptions
{
    /// <summary>The largest <c>--threads</c>.</summary>
    private const int MostThreads = 1024;

    /// <summary>The largest <c>--batch</c>.</summary>
    public const int MostPictures = 1024;

    /// <summary>The largest <c>--size</c>.</summary>
    public const int MostPixels = 4096;

    /// <summary>The words for <c>--preset</c>.</summary>
    public static readonly string[] Presets = ["quick", "balanced", "paper"];

    /// <summary>The teacher's default, as help shows it.</summary>
    public const string DefaultTeacher = $"[default: {BuiltInTeacher.Name} where the method wants a ResNet-18, else the network it wants, by name]";

    public const string QuietName = "--quiet";
    public const string VerboseName = "--verbose";

    public static Option<bool> Quiet() => new(QuietName) { Description = "Say nothing but results and errors.", Recursive = true };

    public static Option<bool> Verbose() => new(VerboseName) { Description = "On an error, also show where in the program it arose.", Recursive = true };

    public static Option<string> Model() => Required("--model", "FILE", "The detector file.");

    public static Option<string?> Teacher() => Text(
        "--teacher", "NAME|FILE", $"The pretrained network to learn from: {BuiltInTeacher.Name}, another that teacher list shows, or a weight file (.pth, .safetensors, .onnx). {DefaultTeacher}");

    public static Option<string> Data(string description) => Required("--data", "DIR", description);

    public static Option<string?> Json(string what) => Text("--json", "FILE", $"Also write {what} to this file as JSON.");

    public static Option<int> Threads() => Whole("--threads", 0, MostThreads, 0, "Threads to use; 0 for one per processor. Results do not depend on it.");

    public static Option<string> MemoryPolicy() => Choice(
        "--memory-policy", "fast", "What memory may be spent on: low takes less and is somewhat slower. Results agree within rounding.", "fast", "low");

    public static Option<string> Required(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Required = true };

    public static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    /// <summary>An option that may be given several times.</summary>
    public static Option<string[]> Several(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Arity = ArgumentArity.OneOrMore };

    public static Option<int> Whole(string name, int least, int most, int otherwise, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => ParseWhole(result, name, least, most) ?? otherwise,
    };

    public static Option<int?> OptionalWhole(string name, int least, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ParseWhole(result, name, least, most),
    };

    public static Option<double> Number(string name, string value, double least, double most, double otherwise, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => ParseNumber(result, name, least, most, otherwise) ?? otherwise,
    };

    public static Option<double?> OptionalNumber(string name, string value, double least, double most, double example, string description) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = result => ParseNumber(result, name, least, most, example),
    };

    public static Option<string> Method() => new("--method")
    {
        Description = $"The method: {string.Join(", ", MethodCatalog.All.Select(m => m.Id))}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => MethodCatalog.All[0].Id,
    };

    public static Option<ulong> Seed(string made = "detector") => new("--seed")
    {
        Description = $"The seed of all random draws: the same seed, pictures and options give the same {made}.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            if (ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
            {
                return seed;
            }

            result.AddError($"--seed {result.Tokens[0].Value}: not a whole number of at least 0; give one, for instance --seed 7.");
            return 0;
        },
    };

    /// <summary>An option with a few words to choose from.</summary>
    public static Option<string> Choice(string name, string otherwise, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join("|", words),
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => ParseChoice(result, name, words),
    };

    /// <summary>An option with a few words to choose from that need not be given.</summary>
    public static Option<string?> OptionalChoice(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join("|", words),
        CustomParser = result => ParseChoice(result, name, words),
    };

    /// <summary>What is wrong with a word that is none of a few.</summary>
    public static string ChoiceError(string name, string word, IEnumerable<string> words) => $"{name} {word}: not one of {string.Join(", ", words)}; choose one of these.";

    /// <summary>What to do about a picture that cannot be read.</summary>
    public static Option<string> BadPictures(BadPicturePolicy otherwise, string more = "") =>
        Choice("--on-bad-picture", WordOf(otherwise), "What to do about a picture that cannot be read" + more + ".", [.. Enum.GetValues<BadPicturePolicy>().Select(WordOf)]);

    /// <summary>The value of an enumeration whose word was chosen.</summary>
    public static T GetChoice<T>(this ParseResult parsed, Option<string> option)
        where T : struct, Enum => Enum.Parse<T>(parsed.GetRequiredValue(option), ignoreCase: true);

    /// <summary>The word for a value of an enumeration.</summary>
    public static string WordOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>What is wrong with a text that is to be a whole number of a range and is not.</summary>
    public static string WholeError(string name, string text, int least, int most) => most == int.MaxValue
        ? $"{name} {text}: not a whole number of at least {least}; give one, for instance {name} {Math.Max(least, 1)}."
        : $"{name} {text}: not a whole number from {least} to {most}; give one of these.";

    private static string ParseChoice(ArgumentResult result, string name, string[] words)
    {
        string word = result.Tokens[0].Value;
        if (!words.Contains(word))
        {
            result.AddError(ChoiceError(name, word, words));
        }

        return word;
    }

    private static double? ParseNumber(ArgumentResult result, string name, double least, double most, double example)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{name} {text}: not a number from {least} to {most}; give one, for instance {name} {example}.");
        return null;
    }

    private static int? ParseWhole(ArgumentResult result, string name, int least, int most)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError(WholeError(name, text, least, most));
        return null;
    }
}
