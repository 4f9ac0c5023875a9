using System.Security.Cryptography;
using Retort.Networks.Weights;
using Retort.Teachers;

namespace Retort.Tests.Teachers;

public sealed class TeacherInstallationTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i / 7))];
    private static readonly PublishedTeacher Small = new(ResNetArchitecture.WideResNet50x2, "small-123.pth", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));

    private readonly TemporaryFolder _root = new();
    private readonly HttpClient _client = HttpTransfer.CreateClient();

    // A folder that is not there yet.
    private TeacherFolder Folder => new(Path.Combine(_root.Path, "data", "teachers"));

    public void Dispose()
    {
        _client.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void The_published_files_carry_the_beginning_of_their_checksum_in_their_names()
    {
        Assert.Equal(["resnet18", "resnet34", "resnet50", "wide-resnet50-2"], PublishedTeacher.All.Select(t => t.Name));
        Assert.All(PublishedTeacher.All, t =>
        {
            Assert.Equal($"{t.Architecture.Name}-{t.Sha256[..8]}.pth", t.FileName);
            Assert.Matches("^[0-9a-f]{64}$", t.Sha256);

            // All four layers and a classifier of 1000 classes, four bytes a value (the wide one's two), and at most a per cent of names around them.
            int features = t.Architecture.Channels(4);
            long values = t.Architecture.Convolutions(4).Sum(c => ((long)c.Outputs * c.Inputs * c.Kernel * c.Kernel) + (4 * c.Outputs)) + (1001L * features);
            long bytes = (t.Architecture == ResNetArchitecture.WideResNet50x2 ? 2 : 4) * values;
            Assert.InRange(t.Bytes, bytes, bytes * 101 / 100);
        });
    }

    [Theory]
    [InlineData("wide-resnet50-2")]
    [InlineData("wide_resnet50_2")]
    public void Names_are_taken_with_hyphens_and_as_torchvision_writes_them(string name) =>
        Assert.Equal("wide_resnet50_2-95faca4d.pth", PublishedTeacher.Get(name).FileName);

    [Fact]
    public void Another_name_is_refused_with_those_there_are()
    {
        var failure = Assert.Throws<RetortException>(() => PublishedTeacher.Get("resnet101"));
        Assert.Equal("resnet101: there is no such teacher to install; choose one of resnet18, resnet34, resnet50, wide-resnet50-2, or give a file to retort teacher import.", failure.Message);
    }

    [Fact]
    public async Task A_teacher_is_fetched_from_the_folder_that_is_named_and_only_once()
    {
        using var server = new FaultyServer(FaultyServer.File(Content));
        string expected = Path.Combine(Folder.Path, "small-123.pth");
        Assert.Equal((expected, true), await Install(server.Address.AbsoluteUri));
        Assert.Equal((expected, false), await Install(server.Address.AbsoluteUri));
        Assert.Equal(["/models/small-123.pth"], server.Requests.Select(r => r.Target));
        Assert.Equal(Content, File.ReadAllBytes(expected));
    }

    [Fact]
    public async Task The_address_of_a_file_is_taken_as_it_is()
    {
        using var server = new FaultyServer(FaultyServer.File(Content));
        await Install(new Uri(server.Address, "any.bin?token=5").AbsoluteUri);
        Assert.Equal("/models/any.bin?token=5", Assert.Single(server.Requests).Target);
        Assert.Equal([Path.Combine(Folder.Path, "small-123.pth")], Directory.GetFiles(Folder.Path));
    }

    [Fact]
    public async Task A_failure_says_what_to_do_without_a_network()
    {
        using var server = new FaultyServer(FaultyServer.Status("404 Not Found"));
        var failure = await Assert.ThrowsAsync<RetortException>(() => Install(server.Address.AbsoluteUri));
        Assert.Equal(
            $"wide-resnet50-2: {server.Address}small-123.pth cannot be fetched (the server answers 404 Not Found); try again, give another source with --from URL, or put torchvision's file small-123.pth (5000 bytes) into {Folder.Path}.",
            failure.Message);
    }

    [Fact]
    public async Task A_failure_says_what_is_kept()
    {
        using var server = new FaultyServer(FaultyServer.Cut(Content, 2000), FaultyServer.Status("403 Forbidden"));
        var failure = await Assert.ThrowsAsync<RetortException>(() => Install(server.Address.AbsoluteUri));
        Assert.Contains("(the server answers 403 Forbidden); try again (2000 of 5000 bytes are kept), give", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_is_asked_for_the_address_as_it_is()
    {
        using var proxy = new FaultyServer(FaultyServer.File(Content));
        using var handler = new SocketsHttpHandler { Proxy = new System.Net.WebProxy(proxy.Address) };
        using var client = new HttpClient(handler);
        await TeacherInstallation.InstallAsync(Small, Folder, "http://download.invalid/models/", client, new DownloadPatience(), null, default);
        Assert.Equal("http://download.invalid/models/small-123.pth", Assert.Single(proxy.Requests).Target);
    }

    [Theory]
    [InlineData("models/resnet18.pth")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    public void What_is_no_address_is_refused(string from)
    {
        var failure = Assert.Throws<RetortException>(() => TeacherInstallation.SourceOf(Small, from));
        Assert.StartsWith($"--from {from}: this is no address of the web; give one that begins with https:// or http://", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_takes_the_place_of_torchvisions_own_server()
    {
        PublishedTeacher teacher = PublishedTeacher.Get("resnet18");
        Assert.Equal("https://download.pytorch.org/models/resnet18-f37072fd.pth", TeacherInstallation.SourceOf(teacher, null).AbsoluteUri);
        try
        {
            Environment.SetEnvironmentVariable(TeacherInstallation.MirrorVariable, "http://mirror.local/torch");
            Assert.Equal("http://mirror.local/torch/resnet18-f37072fd.pth", TeacherInstallation.SourceOf(teacher, null).AbsoluteUri);
            Assert.Equal("http://other.local/x.pth", TeacherInstallation.SourceOf(teacher, "http://other.local/x.pth").AbsoluteUri);
            Environment.SetEnvironmentVariable(TeacherInstallation.MirrorVariable, "mirror");
            Assert.StartsWith("RETORT_TEACHER_MIRROR mirror/: this is no address", Assert.Throws<RetortException>(() => TeacherInstallation.SourceOf(teacher, null)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(TeacherInstallation.MirrorVariable, null);
        }
    }

    private Task<(string Path, bool IsNew)> Install(string from) =>
        TeacherInstallation.InstallAsync(Small, Folder, from, _client, new DownloadPatience { Pause = TimeSpan.FromMilliseconds(1) }, null, default);
}
