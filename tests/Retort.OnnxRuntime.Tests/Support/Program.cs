using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Retort.OnnxRuntime.Tests.Support;

/// <summary>What a program said and returned.</summary>
internal sealed record Program(int Code, string Out, string Error)
{
    /// <summary>The checkout.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>Runs a program of this checkout, in the configuration and framework of the tests.</summary>
    /// <param name="project">Its project, for instance <c>src/Retort.Cli</c>.</param>
    /// <param name="runtime">What <c>RETORT_ONNXRUNTIME</c> holds.</param>
    /// <param name="args">Its arguments.</param>
    public static Program OfCheckout(string project, string runtime, params string[] args)
    {
        string[] here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        string library = Path.Combine(Root, project, "bin", here[^2], here[^1], $"{Path.GetFileName(project)}.dll");
        return Run("dotnet", runtime, [library, .. args]);
    }

    /// <summary>Runs a program.</summary>
    public static Program Run(string name, string runtime, params string[] args)
    {
        var start = new ProcessStartInfo(name, args) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["RETORT_ONNXRUNTIME"] = runtime } };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Program(process.ExitCode, output, error.Result);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
