using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Retort.Tests.Teachers;

/// <summary>What a client asked for.</summary>
internal sealed record Asked(string Target, long? From, string? IfRange);

/// <summary>How a server answers one request.</summary>
internal delegate Task Answer(Asked asked, Stream client, CancellationToken stop);

/// <summary>A web server on the loopback that does wrong what it is told to, one answer after the other; the last one is given again and again.</summary>
internal sealed class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly Answer[] _answers;
    private readonly Task _serving;
    private int _count;

    public FaultyServer(params Answer[] answers)
    {
        _answers = answers;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/models/");

    /// <summary>All requests so far, in order.</summary>
    public IReadOnlyList<Asked> Requests => [.. _asked];

    /// <summary>The file, or the part of it that is asked for.</summary>
    public static Answer File(byte[] content, string? tag = "\"one\"") => async (asked, client, stop) =>
    {
        bool isPart = asked.From is { } from && from < content.Length && (asked.IfRange is null || asked.IfRange == tag);
        int start = isPart ? (int)asked.From!.Value : 0;
        string range = isPart ? $"Content-Range: bytes {start}-{content.Length - 1}/{content.Length}\r\n" : "";
        await HeadAsync(client, isPart ? "206 Partial Content" : "200 OK", content.Length - start, Tag(tag) + range, stop);
        await client.WriteAsync(content.AsMemory(start), stop);
    };

    /// <summary>The whole file, whatever part is asked for.</summary>
    public static Answer WholeFile(byte[] content) => (asked, client, stop) => File(content)(asked with { From = null }, client, stop);

    /// <summary>As the file, but the connection ends after some bytes of what was to come.</summary>
    public static Answer Cut(byte[] content, int after, string? tag = "\"one\"") => async (asked, client, stop) =>
    {
        using var whole = new MemoryStream();
        await File(content, tag)(asked, whole, stop);
        int head = whole.GetBuffer().AsSpan(0, (int)whole.Length).IndexOf("\r\n\r\n"u8) + 4;
        await client.WriteAsync(whole.GetBuffer().AsMemory(0, Math.Min(head + after, (int)whole.Length)), stop);
    };

    /// <summary>As the file, but nothing more comes after some bytes, and the connection stays.</summary>
    public static Answer Stall(byte[] content, int after) => async (asked, client, stop) =>
    {
        await Cut(content, after)(asked, client, stop);
        await client.FlushAsync(stop);
        await Task.Delay(Timeout.Infinite, stop);
    };

    /// <summary>Nothing at all, and the connection stays.</summary>
    public static Answer Silence() => (_, _, stop) => Task.Delay(Timeout.Infinite, stop);

    /// <summary>Bytes without a length: they end where the connection does.</summary>
    public static Answer Unmeasured(byte[] content) => async (_, client, stop) =>
    {
        await client.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        await client.WriteAsync(content, stop);
    };

    /// <summary>A part that begins elsewhere than was asked for.</summary>
    public static Answer OtherPart(byte[] content) => (asked, client, stop) => File(content)(asked with { From = asked.From + 1 }, client, stop);

    /// <summary>A status and nothing else.</summary>
    public static Answer Status(string status, string headers = "") => (_, client, stop) => HeadAsync(client, status, 0, headers, stop);

    /// <summary>The address of another place.</summary>
    public static Answer Redirect(string to) => Status("302 Found", $"Location: {to}\r\n");

    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _serving.Wait();
            _listener.Dispose();
        }
    }

    private static string Tag(string? tag) => tag is null ? "" : $"ETag: {tag}\r\n";

    private static async Task HeadAsync(Stream client, string status, long length, string headers, CancellationToken stop) =>
        await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"), stop);

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(AnswerAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                Asked asked = await ReadAsync(stream);
                _asked.Enqueue(asked);
                int number = Interlocked.Increment(ref _count) - 1;
                await _answers[Math.Min(number, _answers.Length - 1)](asked, stream, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private async Task<Asked> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                throw new IOException();
            }

            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n");
        string? Header(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
        long? from = Header("Range") is { } range ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : null;
        return new Asked(lines[0].Split(' ')[1], from, Header("If-Range"));
    }
}
