namespace Retort.Data;

/// <summary>Which files of a folder are pictures, by their extensions.</summary>
internal static class PictureFiles
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif",
    };

    /// <summary>The extensions, with their dots.</summary>
    public static IReadOnlyCollection<string> Extensions => Known;

    /// <summary>Whether a path has the extension of a picture and is not hidden.</summary>
    public static bool IsPicture(string path) => Known.Contains(Path.GetExtension(path)) && Path.GetFileName(path)[0] != '.';

    /// <summary>The pictures of a folder in ordinal order of their paths, so that the order is the same on every machine.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Also those of the folders in it.</param>
    /// <exception cref="RetortException">The folder is not there or cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder, bool recursive = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            SearchOption option = recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            string[] files = [.. Directory.EnumerateFiles(folder, "*", option).Where(IsPicture)];
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (DirectoryNotFoundException e)
        {
            throw new RetortException($"{folder}: there is no such folder; check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RetortException($"{folder}: the folder may not be read; give this user the right to list it and what is in it.", e);
        }
        catch (IOException e)
        {
            throw new RetortException($"{folder}: the folder cannot be listed ({e.Message.TrimEnd('.')}); check the path and the disk.", e);
        }
    }
}
