namespace Retort.Streams;

/// <summary>What tells a file from one that took its name later.</summary>
/// <param name="Name">Its path within the watched folder, with forward slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was last written, UTC.</param>
public sealed record PictureStamp(string Name, long Bytes, DateTime Modified)
{
    /// <summary>The stamp of a file as it is now.</summary>
    /// <param name="folder">The watched folder.</param>
    /// <param name="path">The file in it.</param>
    /// <returns>Null if it is not there.</returns>
    internal static PictureStamp? Of(string folder, string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new PictureStamp(Path.GetRelativePath(folder, path).Replace('\\', '/'), file.Length, file.LastWriteTimeUtc) : null;
    }
}
