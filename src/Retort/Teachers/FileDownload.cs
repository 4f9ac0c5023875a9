using Retort.Detectors;
using Retort.Training;

namespace Retort.Teachers;

/// <summary>
/// Fetches a file whose length and SHA-256 are known. It grows beside its place as <c>NAME.partial</c> and takes the name when it is complete and
/// checked. What came before a cut, a stall, a cancellation or the end of the process is kept, and the next try asks for the rest.
/// </summary>
/// <param name="client">Asks the servers.</param>
/// <param name="patience">How long to wait for them, and how often to try.</param>
internal sealed class FileDownload(HttpClient client, DownloadPatience patience)
{
    // A try that brings a smaller share than this counts as one that failed, so that the number of tries has a bound.
    private const int ShareOfProgress = 64;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(300);

    /// <summary>Fetches the file, unless it is there already and intact.</summary>
    /// <param name="request">Which.</param>
    /// <param name="progress">Is told how far it is; may be null.</param>
    /// <param name="cancellation">Stops it; what has come is kept.</param>
    /// <returns>Whether it had to be fetched.</returns>
    /// <exception cref="DownloadFault">It cannot be had from there.</exception>
    /// <exception cref="RetortException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<bool> FetchAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using OutputClaim claim = await ClaimAsync(request, progress, cancellation).ConfigureAwait(false);
        if (await IsIntactAsync(request, progress, cancellation).ConfigureAwait(false))
        {
            return false;
        }

        using PartialFile partial = PartialFile.Open(request.Path);
        if (partial.Length > request.Bytes)
        {
            partial.Clear();
        }

        await ReceiveAsync(request, partial, progress, cancellation).ConfigureAwait(false);
        string sha256 = await partial.HashAsync(cancellation).ConfigureAwait(false);
        if (sha256 != request.Sha256 && !partial.IsWhole)
        {
            // Pieces may be of several versions of the file.
            progress?.Report(new DownloadProgress(0, request.Bytes, "the pieces do not fit together; fetching it whole"));
            partial.Clear();
            await ReceiveAsync(request, partial, progress, cancellation).ConfigureAwait(false);
            sha256 = await partial.HashAsync(cancellation).ConfigureAwait(false);
        }

        if (sha256 != request.Sha256)
        {
            partial.Clear();
            throw new DownloadFault($"its SHA-256 is {sha256} and not {request.Sha256}: it was changed on the way, or is another file", mayPass: false);
        }

        Complete(request, partial);
        return true;
    }

    // Two that want the same file do not fetch it twice: the second waits, and then finds it there.
    private static async Task<OutputClaim> ClaimAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            if (OutputClaim.TryTake(request.Path) is { } claim)
            {
                return claim;
            }

            if (isFirst)
            {
                progress?.Report(new DownloadProgress(0, request.Bytes, "another Retort is fetching it; waiting for that"));
            }

            await Task.Delay(LookAgain, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsIntactAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (!File.Exists(request.Path))
        {
            return false;
        }

        string? why = await request.CompareAsync(cancellation).ConfigureAwait(false);
        if (why is not null)
        {
            progress?.Report(new DownloadProgress(0, request.Bytes, $"{request.Path} is there but {why}; it will be replaced"));
        }

        return why is null;
    }

    private async Task ReceiveAsync(DownloadRequest request, PartialFile partial, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (partial.Length > 0 && partial.Length < request.Bytes)
        {
            progress?.Report(new DownloadProgress(partial.Length, request.Bytes, "going on where an earlier try ended"));
        }

        var transfer = new HttpTransfer(client, request, partial, patience.Stall, () => progress?.Report(new DownloadProgress(partial.Length, request.Bytes)));
        for (int failed = 0; partial.Length < request.Bytes;)
        {
            long before = partial.Length;
            try
            {
                await transfer.RunAsync(cancellation).ConfigureAwait(false);
            }
            catch (DownloadFault fault) when (fault.MayPass)
            {
                failed = partial.Length - before >= request.Bytes / ShareOfProgress ? 1 : failed + 1;
                if (failed >= patience.Tries)
                {
                    throw;
                }

                progress?.Report(new DownloadProgress(partial.Length, request.Bytes, $"{fault.Message}; trying again"));
                await Task.Delay(patience.Pause * (1 << (failed - 1)), cancellation).ConfigureAwait(false);
            }
        }
    }

    private static void Complete(DownloadRequest request, PartialFile partial)
    {
        try
        {
            partial.Complete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Explain(request.Path, failure);
        }
    }
}
