namespace Retort.Detectors;

/// <summary>Makes the folders that results go into.</summary>
internal static class OutputFolder
{
    /// <summary>Makes a folder, unless it is there.</summary>
    /// <param name="name">What messages call it, the option first: <c>--out found</c>.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="RetortException">It cannot be made.</exception>
    public static string Make(string name, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string why = FileInTheWay(folder) is { } file ? $"{file} is a file" : failure.Message.TrimEnd('.');
            throw new RetortException($"{name}: the folder cannot be made ({why}); choose another place.", failure);
        }
    }

    private static string? FileInTheWay(string folder)
    {
        string? path = folder;
        while (!string.IsNullOrEmpty(path) && !Path.Exists(path))
        {
            path = Path.GetDirectoryName(path);
        }

        return File.Exists(path) ? path : null;
    }
}
