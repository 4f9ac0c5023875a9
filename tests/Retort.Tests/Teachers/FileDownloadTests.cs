using System.Collections.Concurrent;
using System.Security.Cryptography;
using Retort.Teachers;

namespace Retort.Tests.Teachers;

public sealed class FileDownloadTests : IDisposable
{
    private const int Length = 700_000;

    private static readonly byte[] Content = Draw(1);
    private static readonly byte[] OtherVersion = Draw(2);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = HttpTransfer.CreateClient();
    private readonly Notes _notes = new();

    private string Target => Path.Combine(_folder.Path, "net.pth");

    private string Partial => Target + ".partial";

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_and_takes_its_name_when_it_is_complete()
    {
        using var server = new FaultyServer(FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([new Asked("/models/net.pth", null, null)], server.Requests);
        Assert.Equal(new DownloadProgress(Length, Length), _notes.Last);
    }

    [Fact]
    public async Task After_a_cut_the_rest_is_asked_for_and_only_of_the_same_version()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 300_000), FaultyServer.Cut(Content, 100_000), FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 300_000, 400_000], server.Requests.Select(r => r.From));
        Assert.Equal([null, "\"one\"", "\"one\""], server.Requests.Select(r => r.IfRange));
        Assert.Equal(2, _notes.Texts.Count(t => t.EndsWith("trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_an_earlier_process_received_is_gone_on_with()
    {
        using var broken = new FaultyServer(FaultyServer.Cut(Content, 200_000), FaultyServer.Cut(Content, 1));
        DownloadFault fault = await Assert.ThrowsAsync<DownloadFault>(() => Fetch(broken));
        Assert.True(fault.MayPass);
        Assert.Equal([null, 200_000, 200_001, 200_002], broken.Requests.Select(r => r.From));
        Assert.Equal(200_003, new FileInfo(Partial).Length);
        Assert.False(File.Exists(Target));

        using var server = new FaultyServer(FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();

        // Another address: its tag may mean something else there.
        Assert.Equal([new Asked("/models/net.pth", 200_003, null)], server.Requests);
        Assert.Contains("going on where an earlier try ended", _notes.Texts);
    }

    [Fact]
    public async Task Tries_that_bring_next_to_nothing_come_to_an_end()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 1000));
        await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server));
        Assert.Equal([null, 1000, 2000, 3000], server.Requests.Select(r => r.From));
    }

    [Fact]
    public async Task A_stalled_connection_is_given_up_and_made_anew()
    {
        using var server = new FaultyServer(FaultyServer.Stall(Content, 150_000), FaultyServer.Silence(), FaultyServer.File(Content));
        // On a machine that is busy enough a try more may seem silent.
        Assert.True(await Fetch(new Uri(server.Address, "net.pth"), Patience with { Stall = TimeSpan.FromSeconds(1), Tries = 12 }));
        AssertComplete();
        Assert.Equal([null, 150_000, 150_000], server.Requests.Select(r => r.From).Take(3));
        Assert.InRange(_notes.Texts.Count(t => t == "nothing came for 1 s; trying again"), 2, 11);
    }

    [Fact]
    public async Task Wrong_bytes_are_refused_and_not_kept()
    {
        using var server = new FaultyServer(FaultyServer.File(OtherVersion));
        DownloadFault fault = await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server));
        Assert.StartsWith($"its SHA-256 is {Hash(OtherVersion)} and not {Hash(Content)}", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_followed_by_every_request()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 250_000), FaultyServer.File(Content));
        using var first = new FaultyServer(FaultyServer.Redirect(new Uri(server.Address, "elsewhere.pth").AbsoluteUri));
        Assert.True(await Fetch(first));
        AssertComplete();
        Assert.Equal([new Asked("/models/elsewhere.pth", null, null), new Asked("/models/elsewhere.pth", 250_000, "\"one\"")], server.Requests);
    }

    [Fact]
    public async Task Redirects_without_end_are_refused()
    {
        using var server = new FaultyServer(FaultyServer.Redirect("/models/net.pth"));
        DownloadFault fault = await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server));
        Assert.Equal("the server answers 302 Found", fault.Message);
    }

    [Theory]
    [InlineData(699_999, "it is 699999 bytes long and not 700000: another file")]
    [InlineData(700_001, "it is 700001 bytes long and not 700000: another file")]
    public async Task A_file_of_another_length_is_refused_before_it_comes(int length, string expected)
    {
        byte[] other = new byte[length];
        using var server = new FaultyServer(FaultyServer.File(other));
        Assert.Equal(expected, (await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server))).Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_file_of_untold_length_is_measured_as_it_comes()
    {
        using var longer = new FaultyServer(FaultyServer.Unmeasured([.. Content, 1]));
        Assert.Equal("it is longer than 700000 bytes: another file", (await Assert.ThrowsAsync<DownloadFault>(() => Fetch(longer))).Message);
        using var shorter = new FaultyServer(FaultyServer.Unmeasured(Content[..^1]));
        Assert.Equal("the connection ended early", (await Assert.ThrowsAsync<DownloadFault>(() => Fetch(shorter))).Message);
        using var right = new FaultyServer(FaultyServer.Unmeasured(Content));
        Assert.True(await Fetch(right));
        AssertComplete();
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_it_whole_again()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 300_000), FaultyServer.WholeFile(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 300_000], server.Requests.Select(r => r.From));
    }

    [Fact]
    public async Task Another_version_at_the_server_is_fetched_whole()
    {
        using var server = new FaultyServer(FaultyServer.Cut(OtherVersion, 300_000, "\"old\""), FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, "\"old\""], server.Requests.Select(r => r.IfRange));
    }

    [Fact]
    public async Task Pieces_that_do_not_fit_together_are_fetched_whole()
    {
        // Without tags or dates nobody notices that the file changed between two requests, but the checksum does.
        using var server = new FaultyServer(FaultyServer.Cut(OtherVersion, 300_000, null), FaultyServer.File(Content, null));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 300_000, null], server.Requests.Select(r => r.From));
        Assert.Contains("the pieces do not fit together; fetching it whole", _notes.Texts);
    }

    [Fact]
    public async Task A_part_that_was_not_asked_for_is_not_taken()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 300_000), FaultyServer.OtherPart(Content), FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 300_000, null], server.Requests.Select(r => r.From));
    }

    [Fact]
    public async Task A_part_that_is_not_there_makes_it_start_over()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 300_000), FaultyServer.Status("416 Range Not Satisfiable"), FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 300_000, null], server.Requests.Select(r => r.From));
    }

    [Theory]
    [InlineData("404 Not Found", 1)]
    [InlineData("403 Forbidden", 1)]
    [InlineData("500 Internal Server Error", 4)]
    [InlineData("503 Service Unavailable", 4)]
    public async Task A_refusal_is_final_but_a_server_in_trouble_is_asked_again(string status, int requests)
    {
        using var server = new FaultyServer(FaultyServer.Status(status));
        Assert.Equal($"the server answers {status}", (await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server))).Message);
        Assert.Equal(requests, server.Requests.Count);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Without_a_way_to_the_server_it_ends_at_once()
    {
        using var gone = new FaultyServer(FaultyServer.Silence());
        Uri address = new(gone.Address, "net.pth");
        gone.Dispose();
        DownloadFault fault = await Assert.ThrowsAsync<DownloadFault>(() => Fetch(address, new DownloadPatience { Pause = TimeSpan.FromMinutes(1) }));
        Assert.False(fault.MayPass);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task What_is_there_and_intact_is_not_fetched()
    {
        File.WriteAllBytes(Target, Content);
        using var server = new FaultyServer(FaultyServer.File(Content));
        Assert.False(await Fetch(server));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_damaged_file_stays_until_a_better_one_is_there()
    {
        File.WriteAllBytes(Target, OtherVersion);
        using var broken = new FaultyServer(FaultyServer.Status("404 Not Found"));
        await Assert.ThrowsAsync<DownloadFault>(() => Fetch(broken));
        Assert.Equal(OtherVersion, File.ReadAllBytes(Target));

        using var server = new FaultyServer(FaultyServer.File(Content));
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Contains($"{Target} is there but has another SHA-256; it will be replaced", _notes.Texts);
    }

    [Fact]
    public async Task Cancelling_keeps_what_has_come()
    {
        using var server = new FaultyServer(FaultyServer.Stall(Content, 400_000), FaultyServer.File(Content));
        using var stop = new CancellationTokenSource();
        _notes.Watch = progress => { if (progress.Done == 400_000) { stop.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(new Uri(server.Address, "net.pth"), new DownloadPatience(), stop.Token));
        Assert.Equal(Content[..400_000], File.ReadAllBytes(Partial));

        _notes.Watch = null;
        Assert.True(await Fetch(server));
        AssertComplete();
        Assert.Equal([null, 400_000], server.Requests.Select(r => r.From));
    }

    [Fact]
    public async Task Two_that_want_the_same_file_fetch_it_once()
    {
        var secondWaits = new TaskCompletionSource();
        using var server = new FaultyServer(async (asked, client, stop) =>
        {
            await secondWaits.Task;
            await FaultyServer.File(Content)(asked, client, stop);
        });
        _notes.Watch = progress => { if (progress.Note?.Contains("another Retort", StringComparison.Ordinal) == true) { secondWaits.SetResult(); } };
        Task<bool> first = Task.Run(() => Fetch(server));
        while (server.Requests.Count == 0)
        {
            await Task.Delay(5);
        }

        Task<bool> second = Task.Run(() => Fetch(server));
        bool[] fetched = await Task.WhenAll(first, second);
        Assert.Equal([true, false], fetched);
        AssertComplete();
        Assert.Single(server.Requests);
        Assert.Contains("another Retort is fetching it; waiting for that", _notes.Texts);
    }

    [FullDiskFact]
    public async Task A_full_disk_is_named_and_the_download_goes_on_when_there_is_room()
    {
        using var disk = new SmallDisk(_folder.Path, 400);
        string target = Path.Combine(disk.Path, "net.pth");
        using var server = new FaultyServer(FaultyServer.File(Content));
        var download = new FileDownload(_client, Patience);
        var request = new DownloadRequest(new Uri(server.Address, "net.pth"), target, Length, Hash(Content));
        var failure = await Assert.ThrowsAsync<RetortException>(() => download.FetchAsync(request, _notes, default));
        Assert.StartsWith($"{target}: the disk is full; free some space", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(target));

        disk.Grow(2000);
        Assert.True(await download.FetchAsync(request, _notes, default));
        Assert.Equal(Content, File.ReadAllBytes(target));
        Assert.InRange(server.Requests[1].From!.Value, 100_000, 409_600);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        using var server = new FaultyServer(FaultyServer.File(Content));
        var request = new DownloadRequest(new Uri(server.Address, "net.pth"), Path.Combine(_folder.Path, "none", "net.pth"), Length, Hash(Content));
        var failure = await Assert.ThrowsAsync<RetortException>(() => new FileDownload(_client, Patience).FetchAsync(request, _notes, default));
        Assert.StartsWith($"{request.Path}: its folder does not exist", failure.Message, StringComparison.Ordinal);
    }

    // Tests run on busy machines: only the test of stalls is impatient.
    private static DownloadPatience Patience => new() { Pause = TimeSpan.FromMilliseconds(1) };

    private Task<bool> Fetch(FaultyServer server) => Fetch(new Uri(server.Address, "net.pth"), Patience);

    private Task<bool> Fetch(Uri source, DownloadPatience patience, CancellationToken cancellation = default) =>
        new FileDownload(_client, patience).FetchAsync(new DownloadRequest(source, Target, Length, Hash(Content)), _notes, cancellation);

    private void AssertComplete()
    {
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Draw(int seed)
    {
        byte[] bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Notes : IProgress<DownloadProgress>
    {
        private readonly ConcurrentQueue<string> _texts = new();

        public Action<DownloadProgress>? Watch { get; set; }

        public DownloadProgress? Last { get; private set; }

        public IReadOnlyCollection<string> Texts => _texts;

        public void Report(DownloadProgress value)
        {
            Last = value;
            if (value.Note is { } note)
            {
                _texts.Enqueue(note);
            }

            Watch?.Invoke(value);
        }
    }
}
