using System.Diagnostics;
using Retort.Imaging;

namespace Retort.Detectors;

/// <content>
/// Inspections that hold no thread while they wait. Few are in the works at a time, whatever the number of callers: one in the model and one
/// being decoded beside it. More would only contend for the processors, and each needs memory for its pixels.
/// </content>
public sealed partial class Detector
{
    private const int InTheWorks = 2;

    private readonly SemaphoreSlim _room = new(InTheWorks, InTheWorks);

    /// <summary>Inspects a picture file on the thread pool.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up waiting; an inspection that has begun goes on to its end, one in tiles to the end of a tile.</param>
    /// <exception cref="ImageException">The file is not there or not a picture that can be read, or nothing of it counts.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before its end.</exception>
    public Task<Inspection> InspectAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long start = Stopwatch.GetTimestamp();
        return WhenThereIsRoom(() => Inspect(path, start, cancellationToken), cancellationToken);
    }

    /// <summary>Inspects a picture from a stream that holds an image file, a request's body for instance. The stream is read to its end first, without holding a thread.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="cancellationToken">Stops reading, or gives up waiting; an inspection that has begun goes on to its end.</param>
    /// <exception cref="ImageException">It is not a picture that can be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before it began.</exception>
    public async Task<Inspection> InspectAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        byte[] bytes = await ImageFile.ReadAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await WhenThereIsRoom(() => Inspect(ImageFile.Decode(bytes), null, start), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Inspects a picture in memory on the thread pool; <see cref="RgbImage.FromPixels"/> makes one of a camera's buffer.</summary>
    /// <param name="picture">The picture; it must not change until the inspection is done.</param>
    /// <param name="cancellationToken">Gives up waiting; an inspection that has begun goes on to its end.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before it began.</exception>
    public Task<Inspection> InspectAsync(RgbImage picture, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        long start = Stopwatch.GetTimestamp();
        return WhenThereIsRoom(() => Inspect(picture, null, start), cancellationToken);
    }

    private async Task<Inspection> WhenThereIsRoom(Func<Inspection> inspect, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(inspect, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }
}
