namespace Retort.Networks.Weights;

/// <summary>The way in and out of every weight file: opening, replacing, and turning what went wrong into one sentence.</summary>
internal static class WeightFile
{
    /// <summary>The most bytes of tensor data that are read from one file: 4 GiB.</summary>
    public const long MaxBytes = 4L << 30;

    /// <summary>Opens a file and reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it should be, for the message: "a safetensors file".</param>
    /// <param name="read">The parser.</param>
    public static T Read<T>(string path, string format, Func<Stream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException($"'{path}' does not exist; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new WeightFileException($"'{path}' cannot be opened; check that it is a file you may read.", e);
        }

        using (stream)
            return Read(stream, path, format, read);
    }

    /// <summary>Reads a stream; whatever the parser throws about its content becomes a <see cref="WeightFileException"/>.</summary>
    public static T Read<T>(Stream stream, string name, string format, Func<Stream, T> read)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return read(stream);
        }
        catch (InvalidWeightsException e)
        {
            throw new WeightFileException($"'{name}' cannot be read as {format}: {e.Message}; {e.Advice}.", e);
        }
        catch (EndOfStreamException e)
        {
            throw new WeightFileException($"'{name}' cannot be read as {format}: it ends too early; download or save it again.", e);
        }
        catch (InvalidDataException e)
        {
            throw new WeightFileException($"'{name}' cannot be read as {format}: it is damaged; download or save it again.", e);
        }
        catch (IOException e) when (e is not WeightFileException)
        {
            throw new WeightFileException($"'{name}' cannot be read to its end; check the disk or the network it lies on.", e);
        }
    }

    /// <summary>
    /// Writes beside the file and renames when everything is on disk, so that the path never shows half a file.
    /// </summary>
    public static void Replace(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string aside = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            using (var stream = new FileStream(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new WeightFileException($"'{path}' cannot be written; check that its folder exists, that you may write there and that the disk has room.", e);
        }
        finally
        {
            RemoveIfLeft(aside);
        }
    }

    private static void RemoveIfLeft(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // Nothing to delete, or nothing more that could be done: the error that left it behind is the one to report.
        }
    }
}
