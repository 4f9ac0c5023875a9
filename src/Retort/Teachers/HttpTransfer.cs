using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Retort.Detectors;
using Retort.Training;

namespace Retort.Teachers;

/// <summary>One request for a file, or for the rest of it: what comes is added to a <see cref="PartialFile"/>.</summary>
internal sealed class HttpTransfer(HttpClient client, DownloadRequest request, PartialFile partial, TimeSpan stall, Action received)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Makes a client: the proxy is that of the environment (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>) or of the system.</summary>
    public static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20), MaxAutomaticRedirections = 10 };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Retort", TrainingSummary.CurrentVersion));
        return client;
    }

    /// <summary>Asks for what is missing and receives it.</summary>
    /// <exception cref="DownloadFault">It did not come, or not all of it.</exception>
    /// <exception cref="RetortException">It cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // Silence ends the wait, whichever of the many steps of a request it is that goes silent.
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        quiet.CancelAfter(stall);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(Ask(), HttpCompletionOption.ResponseHeadersRead, quiet.Token).ConfigureAwait(false);
            Accept(response);
            await ReceiveAsync(response, quiet).ConfigureAwait(false);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new DownloadFault(string.Create(CultureInfo.InvariantCulture, $"nothing came for {stall.TotalSeconds:0.#} s"), mayPass: true, failure);
        }
        catch (HttpRequestException failure)
        {
            // Without a way to the server now there is none in a second; a connection that broke may well be made again.
            bool noWay = failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
            throw new DownloadFault(failure.Message.TrimEnd('.'), mayPass: !noWay || partial.Length > 0, failure);
        }
    }

    private HttpRequestMessage Ask()
    {
        var message = new HttpRequestMessage(HttpMethod.Get, request.Source);
        if (partial.Length > 0)
        {
            message.Headers.Range = new RangeHeaderValue(partial.Length, null);

            // With it the server sends the whole file should it have another version by now.
            if (partial.ValidatorFor(request.Source) is { } validator && RangeConditionHeaderValue.TryParse(validator, out RangeConditionHeaderValue? condition))
            {
                message.Headers.IfRange = condition;
            }
        }

        return message;
    }

    private void Accept(HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                // All of it, asked for or not: by a server that knows no ranges, or has another version.
                RequireLength(response.Content.Headers.ContentLength);
                partial.Begin(request.Source, Validator(response));
                break;
            case HttpStatusCode.PartialContent when partial.Length > 0 && response.Content.Headers.ContentRange is { HasRange: true } range && range.From == partial.Length:
                RequireLength(range.Length);
                partial.Continue();
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when partial.Length > 0:
                partial.Clear();
                throw new DownloadFault("the server has no such part of the file", mayPass: true);
            default:
                int status = (int)response.StatusCode;
                bool mayPass = status is >= 500 or (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests;
                throw new DownloadFault($"the server answers {status.ToString(CultureInfo.InvariantCulture)} {response.ReasonPhrase}".TrimEnd(), mayPass);
        }
    }

    private void RequireLength(long? bytes)
    {
        if (bytes is { } length && length != request.Bytes)
        {
            throw new DownloadFault(string.Create(CultureInfo.InvariantCulture, $"it is {length} bytes long and not {request.Bytes}: another file"), mayPass: false);
        }
    }

    // A weak tag does not promise the same bytes.
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.ToString()
        : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private async Task ReceiveAsync(HttpResponseMessage response, CancellationTokenSource quiet)
    {
        byte[] buffer = new byte[BufferBytes];
        using Stream content = await response.Content.ReadAsStreamAsync(quiet.Token).ConfigureAwait(false);
        for (; ; )
        {
            quiet.CancelAfter(stall);
            int count = await ReadAsync(content, buffer, quiet.Token).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            if (partial.Length + count > request.Bytes)
            {
                partial.Clear();
                throw new DownloadFault(string.Create(CultureInfo.InvariantCulture, $"it is longer than {request.Bytes} bytes: another file"), mayPass: false);
            }

            Append(buffer.AsSpan(0, count));
            received();
        }

        if (partial.Length < request.Bytes)
        {
            throw new DownloadFault("the connection ended early", mayPass: true);
        }
    }

    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new DownloadFault("the connection broke", mayPass: true, failure);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            partial.Append(bytes);
        }
        catch (IOException failure)
        {
            throw AtomicFile.Explain(request.Path, failure);
        }
    }
}
