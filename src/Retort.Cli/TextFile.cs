namespace Retort.Cli;

/// <summary>Writes results to be read.</summary>
internal static class TextFile
{
    /// <summary>Finds out, before long work, whether a file that was asked for has a place.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="option">What stands before its name in an error: the option that named it.</param>
    /// <exception cref="RetortException">Its folder does not exist, or it is a folder itself.</exception>
    public static void Check(string? path, string option)
    {
        if (path is null)
        {
            return;
        }

        if (Directory.Exists(path))
        {
            throw new RetortException($"{option}{path}: this is a folder; give the name of a file.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new RetortException($"{option}{path}: its folder does not exist; make the folder or choose another place.");
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="text">What.</param>
    /// <param name="option">What stands before its name in an error: the option that named it.</param>
    /// <exception cref="RetortException">It cannot be written.</exception>
    public static void Write(string path, string text, string option = "")
    {
        bool isNew = !File.Exists(path);
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (isNew)
            {
                // Half a file would look like a result.
                File.Delete(path);
            }

            throw new RetortException($"{option}{path}: the file cannot be written ({failure.Message.TrimEnd('.')}); choose another place.", failure);
        }
    }
}
