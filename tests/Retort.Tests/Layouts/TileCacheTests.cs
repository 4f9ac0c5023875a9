using Retort.Data;
using Retort.Imaging;
using Retort.Layouts;

namespace Retort.Tests.Layouts;

public sealed class TileCacheTests : IDisposable
{
    private static readonly PictureLayout Tiles = new() { Tiling = new Tiling(32, 0) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tiles_of_all_pictures_are_cut_with_a_margin_to_shift_them_in()
    {
        // Each pixel tells where it is.
        string path = Save("a.png", 160, 96);
        TileCache cache = Load([path, Save("b.png", 40, 32)]);
        Assert.Equal((5 * 3) + 2, cache.Count);
        var seen = new HashSet<(int, int)>();
        for (int draw = 0; draw < 200; draw++)
        {
            var random = new CounterRandom((ulong)draw);
            RgbImage tile = cache.Draw(6, ref random);
            Assert.Equal((32, 32), (tile.Width, tile.Height));
            (int left, int top) = (tile.Pixels[0], tile.Pixels[1]);
            Assert.InRange(left, 30, 34);
            Assert.InRange(top, 30, 34);
            Assert.Equal((left + 31, top + 31), (tile.Pixels[^3], tile.Pixels[^2]));
            seen.Add((left, top));
        }

        Assert.Equal(25, seen.Count);
    }

    [Fact]
    public void At_the_edges_tiles_stay_within_the_picture()
    {
        TileCache cache = Load([Save("a.png", 96, 64)]);
        for (int tile = 0; tile < cache.Count; tile++)
        {
            for (int draw = 0; draw < 30; draw++)
            {
                var random = new CounterRandom((ulong)draw);
                RgbImage picture = cache.Draw(tile, ref random);
                Assert.InRange(picture.Pixels[0], 0, 96 - 32);
                Assert.Equal(picture.Pixels[0] + 31, picture.Pixels[^3]);
                Assert.Equal(picture.Pixels[1] + 31, picture.Pixels[^2]);
            }
        }
    }

    [Fact]
    public void Larger_tiles_are_resized_to_the_input()
    {
        TileCache cache = TileCache.Load(
            [Save("a.png", 200, 200)], new PictureLayout { Tiling = new Tiling(64, 0) }, 32, null, 1, BadPicturePolicy.Stop, NeverSkip, 1 << 20, 1, CancellationToken.None);
        Assert.Equal(16, cache.Count);
        var random = new CounterRandom(1);
        RgbImage tile = cache.Draw(5, ref random);

        // 32 pixels show 64 of the picture.
        Assert.InRange(tile.Pixels[31 * 3] - tile.Pixels[0], 61, 63);
    }

    [Fact]
    public void Of_too_many_tiles_a_few_are_drawn_by_the_seed()
    {
        string[] paths = [Save("a.png", 160, 96), Save("b.png", 96, 96)];
        Assert.Equal((5 * 3) + 9, Load(paths, most: 24).Count);
        string all = Places(Load(paths));
        string first = Places(Load(paths, most: 10));
        Assert.Equal(10, first.Split(' ').Length);
        Assert.Equal(first, Places(Load(paths, most: 10)));
        Assert.NotEqual(first, Places(Load(paths, most: 10, seed: 2)));
        Assert.All(first.Split(' '), place => Assert.Contains(place, all, StringComparison.Ordinal));
    }

    [Fact]
    public void Tiles_of_which_nothing_counts_are_left_out()
    {
        var layout = Tiles with { Region = new RegionOfInterest(64, 32, 40, 32) };
        TileCache cache = TileCache.Load([Save("a.png", 160, 96)], layout, 32, null, 1, BadPicturePolicy.Stop, NeverSkip, 1 << 20, 1, CancellationToken.None);
        Assert.Equal(2, cache.Count);

        string mask = Path.Combine(_folder.Path, "mask.png");
        ImageFile.WritePng(mask, new GreyImage(5, 3, [255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        cache = TileCache.Load([Path.Combine(_folder.Path, "a.png")], Tiles with { Ignore = IgnoreMask.Load(mask) }, 32, null, 1, BadPicturePolicy.Stop, NeverSkip, 1 << 20, 1, CancellationToken.None);
        Assert.Equal(13, cache.Count);
    }

    [Fact]
    public void Tiles_that_do_not_fit_the_memory_allowed_are_an_error_that_names_the_options()
    {
        // 36 x 36 with its margin: 3888 bytes.
        string path = Save("a.png", 160, 96);
        Assert.Equal(15, Load([path], budget: 15 * 3888).Count);
        Assert.Equal(
            "--tiles: 15 tiles at an input of 32 take 1 MB, more than the 0 MB of --memory; allow for more, or train on fewer tiles.",
            Assert.Throws<RetortException>(() => Load([path], budget: (15 * 3888) - 1)).Message);
    }

    [Fact]
    public void Bad_pictures_stop_or_are_left_out_whether_their_header_or_their_last_row_is_damaged()
    {
        string good = Save("a.png", 160, 96);
        string cut = Save("b.png", 160, 96);
        byte[] bytes = File.ReadAllBytes(cut);
        File.WriteAllBytes(cut, bytes[..(bytes.Length * 2 / 3)]);
        string text = Path.Combine(_folder.Path, "c.png");
        File.WriteAllText(text, "text");
        var skipped = new List<string>();
        TileCache cache = Load([text, good, cut], policy: BadPicturePolicy.Skip, skipped: (path, _) => skipped.Add(path));
        Assert.Equal([good], cache.Paths);
        Assert.Equal(15, cache.Count);
        Assert.Equal([text, cut], skipped);
        Assert.StartsWith($"{text} is not a PNG", Assert.Throws<ImageException>(() => Load([good, text, cut])).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{cut} is damaged", Assert.Throws<ImageException>(() => Load([good, cut])).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{cut}: neither this", Assert.Throws<RetortException>(() => Load([cut], policy: BadPicturePolicy.Skip, skipped: (_, _) => { })).Message, StringComparison.Ordinal);
    }

    private static TileCache Load(
        string[] paths, int? most = null, ulong seed = 1, BadPicturePolicy policy = BadPicturePolicy.Stop, Action<string, ImageException>? skipped = null, long budget = 1 << 20) =>
        TileCache.Load(paths, Tiles, 32, most, seed, policy, skipped ?? NeverSkip, budget, 2, CancellationToken.None);

    private static void NeverSkip(string path, ImageException failure) => Assert.Fail(failure.Message);

    private static string Places(TileCache cache) => string.Join(' ', Enumerable.Range(0, cache.Count).Select(i =>
    {
        var random = new CounterRandom(7);
        RgbImage tile = cache.Draw(i, ref random);
        return $"{tile.Pixels[2]}:{tile.Pixels[0]},{tile.Pixels[1]}";
    }));

    private string Save(string name, int width, int height)
    {
        var picture = new RgbImage(width, height);
        for (int i = 0; i < width * height; i++)
        {
            picture.Pixels[3 * i] = (byte)(i % width);
            picture.Pixels[(3 * i) + 1] = (byte)(i / width);
            picture.Pixels[(3 * i) + 2] = (byte)name[0];
        }

        string path = Path.Combine(_folder.Path, name);
        ImageFile.WritePng(path, picture);
        return path;
    }
}
