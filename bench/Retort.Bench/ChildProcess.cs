using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retort.Bench;

/// <summary>Runs a program whose last line of output is its results as JSON. What it has to say goes to our standard error.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path, or its name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set.</param>
    /// <exception cref="RetortException">It cannot be started, fails, or prints no results.</exception>
    public static JsonObject Run(string program, IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!.AsObject()
                : throw new RetortException($"{program}: it ended with code {process.ExitCode}; what it printed above should say why.");
        }
        catch (Win32Exception failure)
        {
            throw new RetortException($"{program}: it cannot be started ({failure.Message}).", failure);
        }
        catch (JsonException failure)
        {
            throw new RetortException($"{program}: its last line of output is no JSON.", failure);
        }
    }

    /// <summary>Runs this program again, with other arguments.</summary>
    public static JsonObject RunSelf(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        bool hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return Run(program, hosted ? arguments.Prepend(typeof(ChildProcess).Assembly.Location) : arguments);
    }
}
