using System.Collections.Concurrent;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Tests.Data;

public class PictureCacheTests
{
    private const int Size = 4;
    private const int Bytes = Size * Size * 3;
    private readonly ConcurrentQueue<string> _decoded = new();

    [Fact]
    public void Pictures_are_resized_as_Pillow_does_and_decoded_once()
    {
        var source = new RgbImage(9, 5);
        new Random(1).NextBytes(source.Pixels);
        var cache = new PictureCache(["a"], Size, Bytes, path =>
        {
            _decoded.Enqueue(path);
            return source;
        });
        Assert.Equal(PillowResize.Bilinear(source, Size, Size).Pixels, cache[0].Pixels);
        Assert.Same(cache[0], cache[0]);
        Assert.Single(_decoded);
    }

    [Fact]
    public void Beyond_the_budget_pictures_are_decoded_again_and_come_out_the_same()
    {
        var cache = new PictureCache(["1", "2", "3"], Size, (2 * Bytes) + 1, Decode);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(i + 1, cache[i].Pixels[0]);
            }
        }

        Assert.Equal(["1", "2", "3", "3", "3"], _decoded);
    }

    [Fact]
    public void Several_threads_see_the_same_pictures()
    {
        string[] paths = [.. Enumerable.Range(0, 50).Select(i => $"{i}")];
        var cache = new PictureCache(paths, Size, 20 * Bytes, Decode);
        Parallel.For(0, 2000, k => Assert.Equal(k % 50, cache[k % 50].Pixels[0]));
        Assert.True(Enumerable.Range(0, 50).Count(i => ReferenceEquals(cache[i], cache[i])) <= 20);
    }

    [Fact]
    public void Skipping_reports_bad_pictures_in_order_and_leaves_them_out()
    {
        var skipped = new List<string>();
        PictureCache cache = Load(["1", "bad x", "2", "bad y"], BadPicturePolicy.Skip, (path, e) => skipped.Add($"{path}: {e.Message}"));
        Assert.Equal(["1", "2"], cache.Paths);
        Assert.Equal(["bad x: bad x is bad.", "bad y: bad y is bad."], skipped);
        int before = _decoded.Count;
        Assert.Equal(2, cache[1].Pixels[0]);
        Assert.Equal(before, _decoded.Count);
    }

    [Fact]
    public void Stopping_names_the_first_bad_picture_whatever_thread_finds_another()
    {
        // The first picture is slow, so that another thread meets the bad ones further on before this one gets to number 17.
        string[] paths = [.. Enumerable.Range(0, 80).Select(i => i is 17 or > 30 ? $"bad {i}" : $"{i}")];
        using var otherFailed = new ManualResetEventSlim();
        var cache = new PictureCache(paths, Size, PictureCache.DefaultBudget, path =>
        {
            if (path == "0")
            {
                otherFailed.Wait(TimeSpan.FromSeconds(2));
                Thread.Sleep(20);
            }
            else if (path.StartsWith("bad", StringComparison.Ordinal))
            {
                otherFailed.Set();
            }

            return Decode(path);
        });

        ImageException error = Assert.Throws<ImageException>(() => PictureCache.Load(cache, BadPicturePolicy.Stop, null, 2, default));
        Assert.Equal("bad 17 is bad.", error.Message);
    }

    [Fact]
    public void Only_bad_pictures_are_an_error_even_when_skipping() =>
        Assert.StartsWith("bad 1", Assert.Throws<RetortException>(() => Load(["bad 1", "bad 2"], BadPicturePolicy.Skip)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_bad_pictures_leave_the_list_as_it_is()
    {
        PictureCache cache = Load(["1", "2"], BadPicturePolicy.Stop);
        Assert.Equal(["1", "2"], cache.Paths);
        Assert.Equal(Size, cache[0].Width);
    }

    [Fact]
    public void Loading_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => PictureCache.Load(["1"], Size, BadPicturePolicy.Skip, cancellation: source.Token));
    }

    [Fact]
    public void A_file_that_is_no_picture_is_told_apart_from_one_that_is()
    {
        using var folder = new TemporaryFolder();
        string bad = folder.Touch("bad.png"), good = Path.Combine(folder.Path, "good.png");
        ImageFile.WritePng(good, new RgbImage(6, 6));
        Assert.Throws<ImageException>(() => PictureCache.Load([good, bad], Size, BadPicturePolicy.Stop));
        Assert.Equal([good], PictureCache.Load([good, bad], Size, BadPicturePolicy.Skip).Paths);
    }

    private PictureCache Load(IReadOnlyList<string> paths, BadPicturePolicy policy, Action<string, ImageException>? skipped = null) =>
        PictureCache.Load(new PictureCache(paths, Size, PictureCache.DefaultBudget, Decode), policy, skipped, 0, default);

    /// <summary>A picture whose values are its name, unless the name says that it is bad.</summary>
    private RgbImage Decode(string path)
    {
        _decoded.Enqueue(path);
        if (path.StartsWith("bad", StringComparison.Ordinal))
        {
            throw new ImageException($"{path} is bad.");
        }

        var picture = new RgbImage(Size, Size);
        picture.Pixels.AsSpan().Fill(byte.Parse(path));
        return picture;
    }
}
