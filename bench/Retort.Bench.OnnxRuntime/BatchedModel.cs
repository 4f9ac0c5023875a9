namespace Retort.Bench.OnnxRuntime;

/// <summary>
/// An ONNX file for a number of pictures. A file that was exported for another number is copied with that one dimension of its inputs and
/// outputs changed; the runtime derives all other shapes. That holds for networks whose shapes follow from their input's.
/// </summary>
internal sealed class BatchedModel : IDisposable
{
    private readonly bool _temporary;

    private BatchedModel(string path, bool temporary) => (Path, _temporary) = (path, temporary);

    /// <summary>The file to load.</summary>
    public string Path { get; }

    /// <summary>Makes a file for a number of pictures; the file itself if it is one.</summary>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or its batch or the one asked for does not fit in a byte.</exception>
    public static BatchedModel Of(string path, int batch)
    {
        using (FileStream file = File.OpenRead(path))
        {
            if (OnnxBatchDimensions.Find(file).All(d => d.Value == batch))
            {
                return new BatchedModel(path, temporary: false);
            }
        }

        var copy = new BatchedModel(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"retort-{Guid.NewGuid():n}.onnx"), temporary: true);
        try
        {
            File.Copy(path, copy.Path);
            copy.Set(batch);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_temporary)
        {
            File.Delete(Path);
        }
    }

    private void Set(int batch)
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite);
        foreach (OnnxDimension dimension in OnnxBatchDimensions.Find(file))
        {
            if (dimension.Bytes != 1 || batch is < 1 or > 127)
            {
                throw new InvalidDataException($"A batch of {dimension.Value} in the file cannot become {batch}; both must be from 1 to 127.");
            }

            // The same number of bytes, so that no length around it changes.
            file.Position = dimension.Position;
            file.WriteByte((byte)batch);
        }
    }
}
