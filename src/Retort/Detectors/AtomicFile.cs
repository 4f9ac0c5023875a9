namespace Retort.Detectors;

/// <summary>
/// Writes a file so that its name never shows half of it: the content goes into <c>NAME.partial</c> beside it, is flushed to the
/// disk, and takes the name in one rename. If anything fails, the partial file goes and an older file of that name stays as it was.
/// </summary>
internal static class AtomicFile
{
    private const int UnixDiskFull = 28;
    private const int UnixQuotaExceeded = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>What a file is called until it is whole.</summary>
    public static string PartialOf(string path) => path + ".partial";

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="write">Writes the content; the stream can be written and sought.</param>
    /// <param name="check">Looks at the partial file, given its path, before it takes the name; it throws if the name should not be taken.</param>
    /// <exception cref="RetortException">The disk is full, the folder is missing or cannot be written, or the device failed.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? check = null)
    {
        string partial = PartialOf(path);
        try
        {
            // No buffer of its own: otherwise closing the file after a failed write would try to write once more, and throw.
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            check?.Invoke(partial);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception failure)
        {
            TryDelete(partial);
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw Explain(path, failure);
            }

            throw;
        }
    }

    /// <summary>Finds out, before hours of work, whether a file could be written here.</summary>
    /// <exception cref="RetortException">It could not.</exception>
    public static void CheckWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new RetortException($"{path}: this is a folder; give the name of a file.");
        }

        string partial = PartialOf(path);
        try
        {
            using (new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, failure);
        }
        finally
        {
            TryDelete(partial);
        }
    }

    /// <summary>The error that a file cannot be written: why, and what to do about it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="failure">What the system said.</param>
    public static RetortException Explain(string path, Exception failure)
    {
        if (failure.HResult is UnixDiskFull or UnixQuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull)
        {
            return new RetortException($"{path}: the disk is full; free some space or choose another place (an older file of that name is as it was).", failure);
        }

        return failure switch
        {
            DirectoryNotFoundException => new RetortException($"{path}: its folder does not exist; make the folder or choose another place.", failure),
            UnauthorizedAccessException when Directory.Exists(path) => new RetortException($"{path}: this is a folder; give the name of a file.", failure),
            UnauthorizedAccessException => new RetortException($"{path}: this place cannot be written; check its permissions or choose another place.", failure),
            _ => new RetortException($"{path}: the file cannot be written ({failure.Message.TrimEnd('.')}); check the disk or choose another place.", failure),
        };
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one worth telling.
        }
    }
}
