using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Tests.Corruption;

public class TextureTests
{
    private const int Size = 48;

    [Fact]
    public void Procedural_textures_repeat_with_their_draws_on_every_thread()
    {
        var textures = new ProceduralTextures(Size);
        byte[][] expected = [.. Enumerable.Range(0, 60).Select(k => Draw(textures, k))];
        Parallel.For(0, 60, k => Assert.Equal(expected[59 - k], Draw(textures, 59 - k)));
    }

    [Fact]
    public void Every_family_makes_textures_that_differ_within_and_among_each_other()
    {
        var textures = new ProceduralTextures(Size);
        var seen = new HashSet<string>();
        Assert.True(TexturePatterns.All.Count >= 8);
        foreach (TextureFamily family in TexturePatterns.All)
        {
            double variation = 0;
            for (int sample = 0; sample < 20; sample++)
            {
                var random = new CounterRandom(7, 0, 0, sample);
                var rgb = new byte[Size * Size * 3];
                textures.Draw(family, ref random, rgb);
                Assert.True(seen.Add(Convert.ToHexString(rgb)));
                double mean = rgb.Average(b => (double)b);
                variation += rgb.Average(b => (b - mean) * (b - mean)) / 20;
            }

            Assert.InRange(Math.Sqrt(variation), 15, 128);
        }
    }

    [Fact]
    public void Patterns_stay_near_the_unit_interval_and_are_never_NaN()
    {
        foreach (TextureFamily family in TexturePatterns.All)
        {
            for (int sample = 0; sample < 10; sample++)
            {
                var random = new CounterRandom(8, 0, 0, sample);
                TexturePattern pattern = family(ref random);
                for (int i = 0; i < 400; i++)
                {
                    Assert.InRange(pattern((float)random.NextUniform(-0.5, 1.5), (float)random.NextUniform(-0.5, 1.5)), -5, 5);
                }
            }
        }
    }

    [Fact]
    public void Spans_of_another_size_are_refused() => Assert.Throws<ArgumentException>(() =>
    {
        var random = new CounterRandom(1);
        new ProceduralTextures(8).Draw(ref random, new byte[8 * 8]);
    });

    [Fact]
    public void Textures_of_a_folder_are_its_pictures_of_all_levels_resized_and_equally_likely()
    {
        using var folder = new TemporaryFolder();
        folder.Touch("notes.txt");
        RgbImage[] pictures = [.. Enumerable.Range(0, 3).Select(i => Noise(20 + i, 30, i))];
        ImageFile.WritePng(Path.Combine(folder.Path, "a.png"), pictures[0]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "banded", "fine"));
        ImageFile.WritePng(Path.Combine(folder.Path, "banded", "b.png"), pictures[1]);
        ImageFile.WritePng(Path.Combine(folder.Path, "banded", "fine", "c.png"), pictures[2]);

        FolderTextures textures = FolderTextures.Open(folder.Path, 16);

        Assert.Equal(3, textures.Count);
        var seen = new int[3];
        for (int k = 0; k < 300; k++)
        {
            var random = new CounterRandom(3, 0, 0, k);
            var rgb = new byte[16 * 16 * 3];
            textures.Draw(ref random, rgb);
            seen[Array.FindIndex(pictures, p => PillowResize.Bilinear(p, 16, 16).Pixels.AsSpan().SequenceEqual(rgb))]++;
        }

        Assert.All(seen, n => Assert.InRange(n, 70, 130));
    }

    [Fact]
    public void Bad_textures_stop_or_are_reported_once_and_replaced()
    {
        using var folder = new TemporaryFolder();
        ImageFile.WritePng(Path.Combine(folder.Path, "good.png"), Noise(16, 16, 1));
        string bad = folder.Touch("bad.png");
        var skipped = new List<string>();
        FolderTextures skipping = FolderTextures.Open(folder.Path, 16, BadPicturePolicy.Skip, (path, _) => skipped.Add(path));
        FolderTextures stopping = FolderTextures.Open(folder.Path, 16, BadPicturePolicy.Stop);
        int stopped = 0;
        for (int k = 0; k < 40; k++)
        {
            Assert.Equal(Noise(16, 16, 1).Pixels, Draw(skipping, k));
            stopped += Record.Exception(() => Draw(stopping, k)) is ImageException ? 1 : 0;
        }

        Assert.Equal([bad], skipped);
        Assert.InRange(stopped, 8, 32);
    }

    [Fact]
    public void Folders_without_a_usable_texture_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such folder", Assert.Throws<RetortException>(() => FolderTextures.Open(folder.Path + "/no", 8)).Message, StringComparison.Ordinal);
        Assert.Contains("no pictures", Assert.Throws<RetortException>(() => FolderTextures.Open(folder.Path, 8)).Message, StringComparison.Ordinal);
        folder.Touch("a.png");
        FolderTextures textures = FolderTextures.Open(folder.Path, 8, BadPicturePolicy.Skip);
        Assert.Contains("none of its 1", Assert.Throws<RetortException>(() => Draw(textures, 0)).Message, StringComparison.Ordinal);
    }

    private static byte[] Draw(ITextureSource textures, int sample)
    {
        var random = new CounterRandom(6, 0, 0, sample);
        var rgb = new byte[textures.Size * textures.Size * 3];
        textures.Draw(ref random, rgb);
        return rgb;
    }

    private static RgbImage Noise(int width, int height, int seed)
    {
        var picture = new RgbImage(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }
}
