using System.Globalization;

namespace Retort.Cli.Verbs;

/// <summary>How options of methods are written on the command line.</summary>
internal static class MethodArguments
{
    /// <summary>Takes <c>NAME=VALUE</c> apart.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static KeyValuePair<string, string> Assignment(string option, string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new KeyValuePair<string, string>(name, value)
        : throw new UsageException($"{option} {text}: this is not of the form NAME=VALUE.");

    /// <summary>Reads the steps of each phase, <c>A[,B]</c>; null if they are something else.</summary>
    public static int[]? Steps(string text)
    {
        string[] parts = text.Split(',');
        var steps = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out steps[i]))
            {
                return null;
            }
        }

        return steps;
    }

    /// <summary>What is wrong with steps that cannot be read.</summary>
    public static string StepsError(string text) => $"--steps {text}: not whole numbers with commas between them; give a number for each phase, for instance --steps 400,400.";
}
