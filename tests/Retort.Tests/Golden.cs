using System.Runtime.CompilerServices;

namespace Retort.Tests;

/// <summary>Finds golden files in the source tree, beside the scripts that made them.</summary>
internal static class Golden
{
    public static string PathOf(string folder, string file) => Path.Combine(Root(), folder, "Goldens", file);

    private static string Root([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
