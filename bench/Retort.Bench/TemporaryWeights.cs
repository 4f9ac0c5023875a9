using Retort.Networks.Weights;

namespace Retort.Bench;

/// <summary>A file of untrained weights, for processes that are to load them as they would a detector's. It goes when it is disposed.</summary>
internal sealed class TemporaryWeights : IDisposable
{
    /// <summary>Writes the file.</summary>
    public TemporaryWeights() => SafeTensors.Write(Path, UntrainedWeights.Detector());

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"retort-{Guid.NewGuid():n}.safetensors");

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
