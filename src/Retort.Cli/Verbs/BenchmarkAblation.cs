namespace Retort.Cli.Verbs;

/// <summary>An ablation as it was asked for: <c>[METHOD:]NAME=OPTION=VALUE[,OPTION=VALUE]</c>.</summary>
/// <param name="Method">The method; null for all.</param>
/// <param name="Name">Its name: letters, digits, - and _.</param>
/// <param name="Options">The options it sets.</param>
internal sealed record BenchmarkAblation(string? Method, string Name, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    private const string Form = "give [METHOD:]NAME=OPTION=VALUE, for instance --ablation no-seg=segmentation=off";

    /// <summary>Reads one.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="methods">The methods that are compared.</param>
    /// <exception cref="UsageException">It is something else, or of another method.</exception>
    public static BenchmarkAblation Parse(string text, IReadOnlyCollection<string> methods)
    {
        if (text.Split('=', 2) is not [var head, { Length: > 0 } options])
        {
            throw new UsageException($"--ablation {text}: it sets no option; {Form}.");
        }

        string[] parts = head.Split(':', 2);
        string name = parts[^1];
        string? method = parts.Length == 2 ? parts[0] : null;
        if (method is not null && !methods.Contains(method))
        {
            throw new UsageException($"--ablation {text}: {method} is not one of the methods that are compared; they are {string.Join(", ", methods)}.");
        }

        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new BenchmarkAblation(method, name, [.. options.Split(',').Select(o => MethodArguments.Assignment($"--ablation {head}:", o))])
            : throw new UsageException($"--ablation {text}: \"{name}\" is no name, which has letters, digits, - and _ only; {Form}.");
    }
}
