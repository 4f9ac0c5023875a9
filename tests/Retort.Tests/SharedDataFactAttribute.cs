using System.Runtime.CompilerServices;

namespace Retort.Tests;

/// <summary>A test that needs real pictures, which are not part of the repository: the folder <c>shared/data</c> beside it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip = "There is no folder shared/data beside the repository.";
        }
    }

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "shared", "data"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
