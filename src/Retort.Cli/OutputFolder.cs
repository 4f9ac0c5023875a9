namespace Retort.Cli;

/// <summary>The folder that <c>--out</c> names.</summary>
internal static class OutputFolder
{
    /// <summary>Makes it, unless it is there.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="RetortException">It cannot be made.</exception>
    public static string Make(string path) => Make(path, path);

    /// <summary>Makes a folder in it, unless it is there.</summary>
    /// <param name="path">What <c>--out</c> names.</param>
    /// <param name="folder">The folder to make.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="RetortException">It cannot be made.</exception>
    public static string Make(string path, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RetortException($"--out {path}: the folder cannot be made ({failure.Message.TrimEnd('.')}); choose another place.", failure);
        }
    }
}
