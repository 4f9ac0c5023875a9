using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;
using Retort.Metrics;

namespace Retort.Tests.Corruption;

public class AnomalySimulationTests
{
    private const int Size = 64;

    private static readonly SimulationRecipe Plain = new() { CleanShare = 0, TextureShare = 1, FeatherShare = 0, Denoise = false, Foreground = false };

    [Fact]
    public void With_all_of_it_switched_off_it_is_texture_in_Perlin_masks_of_the_drawn_opacity()
    {
        RgbImage picture = Surface(1);
        for (int sample = 0; sample < 30; sample++)
        {
            (float[] clean, float[] corrupted, float[] mask) = Corrupt(Plain, picture, sample);

            var random = new CounterRandom(5, 1, 2, sample);
            Assert.InRange(random.NextDouble(), 0, 1); // clean or not
            Assert.InRange(random.NextDouble(), 0, 1); // which surface
            var texture = new byte[Size * Size * 3];
            new FlatTextures().Draw(ref random, texture);
            var expectedMask = new float[Size * Size];
            PerlinMask.Draw(ref random, Size, expectedMask);
            double opacity = random.NextUniform(0.15, 1);
            Assert.Equal(expectedMask, mask);
            Assert.Equal(Normalized(picture), clean);
            for (int i = 0; i < clean.Length; i++)
            {
                double blended = ((1 - opacity) * picture.Pixels[i] / 255.0) + (opacity * texture[i] / 255.0);
                double expected = mask[i / 3] == 0 ? clean[i] : (blended - Normalization.ImageNet.Mean[i % 3]) / Normalization.ImageNet.Deviation[i % 3];
                Assert.Equal(expected, corrupted[i], 2e-6);
            }
        }
    }

    [Fact]
    public void Half_of_the_samples_stay_clean_and_their_masks_are_empty()
    {
        RgbImage picture = Surface(2);
        int clean = 0, empty = 0;
        const int Draws = 1000;
        for (int sample = 0; sample < Draws; sample++)
        {
            (float[] before, float[] after, float[] mask) = Corrupt(new SimulationRecipe(), picture, sample);
            bool isClean = new CounterRandom(5, 1, 2, sample).NextDouble() < 0.5;
            clean += isClean ? 1 : 0;
            empty += mask.Contains(1) ? 0 : 1;
            Assert.All(mask, m => Assert.True(m is 0 or 1));
            if (isClean)
            {
                Assert.DoesNotContain(1, mask);
                Assert.Equal(before, after);
            }
        }

        // Some of the others come out empty too: no noise above its threshold, or all of it weak.
        Assert.InRange(clean, 450, 550);
        Assert.InRange(empty - clean, 10, 200);
    }

    [Fact]
    public void Anomalies_lie_on_the_part_and_turn_with_it()
    {
        RgbImage picture = Part();
        var recipe = new SimulationRecipe { CleanShare = 0, FeatherShare = 0 };
        ICorruptor simulation = Create(recipe, Rotation.Full);
        int anomalous = 0;
        for (int sample = 0; sample < 200; sample++)
        {
            float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
            var random = new CounterRandom(6, 0, 0, sample);
            simulation.Corrupt(picture, ref random, clean, corrupted, mask);
            for (int p = 0; p < mask.Length; p++)
            {
                // Red is 200 on the ground and 40 on the part; half a pixel of its edge may be of either.
                double red = ((clean[3 * p] * Normalization.ImageNet.Deviation[0]) + Normalization.ImageNet.Mean[0]) * 255;
                anomalous += mask[p] == 1 ? 1 : 0;
                Assert.True(mask[p] == 0 || red < 125, $"sample {sample}, pixel {p}: red is {red}.");
            }
        }

        Assert.True(anomalous > 2000);
    }

    [Fact]
    public void Masks_have_no_speck_and_no_region_that_shows_nothing()
    {
        RgbImage picture = Surface(3);
        var recipe = new SimulationRecipe { CleanShare = 0, FeatherShare = 0, SmallestRegion = 0.005 };
        int regions = 0;
        for (int sample = 0; sample < 200; sample++)
        {
            (float[] clean, float[] corrupted, float[] mask) = Corrupt(recipe, picture, sample);
            var labels = new int[Size * Size];
            int count = ConnectedComponents.Label([.. mask.Select(m => m == 1)], Size, Size, labels);
            for (int region = 1; region <= count; region++)
            {
                int[] pixels = [.. Enumerable.Range(0, mask.Length).Where(p => labels[p] == region)];
                double change = pixels.Average(p => Enumerable.Range(3 * p, 3).Average(i => Math.Abs(corrupted[i] - clean[i]) * Normalization.ImageNet.Deviation[i % 3] * 255));
                Assert.InRange(pixels.Length, 0.005 * Size * Size, Size * Size);
                Assert.InRange(change, 4.99, 255);
                regions++;
            }
        }

        Assert.True(regions > 100);
    }

    [Fact]
    public void Soft_edges_change_a_little_outside_of_the_mask_and_the_mask_is_where_they_are_at_least_half()
    {
        // Black on white at full opacity: what is left of white is what the weight is not.
        var white = new RgbImage(Size, Size);
        white.Pixels.AsSpan().Fill(255);
        var recipe = Plain with { FeatherShare = 1, LeastOpacity = 1, Foreground = false };
        int soft = 0;
        for (int sample = 0; sample < 40; sample++)
        {
            float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
            var random = new CounterRandom(7, 0, 0, sample);
            recipe.Create(Size, Rotation.None, Normalization.ImageNet, () => new FlatTextures(0)).Corrupt(white, ref random, clean, corrupted, mask);
            for (int p = 0; p < mask.Length; p++)
            {
                double weight = 1 - ((corrupted[3 * p] * Normalization.ImageNet.Deviation[0]) + Normalization.ImageNet.Mean[0]);
                soft += weight is > 0.01 and < 0.99 ? 1 : 0;
                Assert.Equal(weight >= 0.5 ? 1 : 0, mask[p]);
            }
        }

        Assert.True(soft > 500);
    }

    [Fact]
    public void Surfaces_are_drawn_in_the_shares_of_the_recipe()
    {
        var textures = new FlatTextures();
        ICorruptor simulation = new SimulationRecipe { CleanShare = 0 }.Create(Size, Rotation.None, Normalization.ImageNet, () => textures);
        RgbImage picture = Surface(4);
        for (int sample = 0; sample < 600; sample++)
        {
            float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
            var random = new CounterRandom(8, 0, 0, sample);
            simulation.Corrupt(picture, ref random, clean, corrupted, mask);
        }

        Assert.InRange(textures.Drawn, 250, 350);
    }

    [Fact]
    public void Without_textures_none_are_opened()
    {
        var recipe = new SimulationRecipe { CleanShare = 0, TextureShare = 0 };
        Assert.False(recipe.NeedsTextures);
        Assert.False(new SimulationRecipe { CleanShare = 1 }.NeedsTextures);
        Assert.True(new SimulationRecipe().NeedsTextures);
        ICorruptor simulation = recipe.Create(Size, Rotation.None, Normalization.ImageNet, () => throw new InvalidOperationException());
        float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
        int anomalous = 0;
        for (int sample = 0; sample < 50; sample++)
        {
            var random = new CounterRandom(9, 0, 0, sample);
            simulation.Corrupt(Surface(5), ref random, clean, corrupted, mask);
            anomalous += mask.Contains(1) ? 1 : 0;
        }

        Assert.InRange(anomalous, 20, 50);
    }

    [Fact]
    public void The_picture_itself_is_not_changed_and_samples_repeat_on_every_thread()
    {
        var recipe = new SimulationRecipe { CleanShare = 0.1 };
        ICorruptor simulation = Create(recipe, Rotation.Full);
        RgbImage picture = Part();
        byte[] before = [.. picture.Pixels];
        float[] Sample(int k)
        {
            float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
            var random = new CounterRandom(10, 0, 0, k);
            simulation.Corrupt(picture, ref random, clean, corrupted, mask);
            return [.. clean, .. corrupted, .. mask];
        }

        float[][] expected = [.. Enumerable.Range(0, 40).Select(Sample)];
        Parallel.For(0, 40, k => Assert.Equal(expected[39 - k], Sample(39 - k)));
        Assert.Equal(before, picture.Pixels);
    }

    [Fact]
    public void Pictures_and_spans_of_another_size_are_refused()
    {
        ICorruptor simulation = Create(new SimulationRecipe(), Rotation.None);
        var random = new CounterRandom(1);
        float[] three = new float[Size * Size * 3], one = new float[Size * Size];
        Assert.Throws<ArgumentException>(() => simulation.Corrupt(new RgbImage(Size, Size - 1), ref random, three, three, one));
        Assert.Throws<ArgumentException>(() => simulation.Corrupt(Part(), ref random, three, three, three));
    }

    private static ICorruptor Create(SimulationRecipe recipe, Rotation rotation) => recipe.Create(Size, rotation, Normalization.ImageNet, () => new FlatTextures());

    private static (float[] Clean, float[] Corrupted, float[] Mask) Corrupt(SimulationRecipe recipe, RgbImage picture, int sample)
    {
        float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
        var random = new CounterRandom(5, 1, 2, sample);
        Create(recipe, Rotation.None).Corrupt(picture, ref random, clean, corrupted, mask);
        return (clean, corrupted, mask);
    }

    private static float[] Normalized(RgbImage picture)
    {
        var values = new float[picture.Pixels.Length];
        Normalization.ImageNet.Apply(picture.Pixels, values);
        return values;
    }

    // A dark disc off the middle of a light ground.
    private static RgbImage Part()
    {
        var picture = new RgbImage(Size, Size);
        for (int p = 0; p < Size * Size; p++)
        {
            double dx = (p % Size) - 24, dy = (p / Size) - 34;
            picture.Pixels.AsSpan(3 * p, 3).Fill((dx * dx) + (dy * dy) < 18 * 18 ? (byte)(40 + (p % 2)) : (byte)200);
        }

        return picture;
    }

    private static RgbImage Surface(int seed)
    {
        var picture = new RgbImage(Size, Size);
        var random = new CounterRandom((ulong)seed);
        new ProceduralTextures(Size).Draw(ref random, picture.Pixels);
        return picture;
    }

    // One level all over, drawn unless it is given; counts how often it is asked.
    private sealed class FlatTextures(int? level = null) : ITextureSource
    {
        private int _drawn;

        public int Size => AnomalySimulationTests.Size;

        public int Drawn => _drawn;

        public void Draw(ref CounterRandom random, Span<byte> rgb)
        {
            Interlocked.Increment(ref _drawn);
            rgb.Fill((byte)(level ?? (int)(random.NextUInt32() & 255)));
        }
    }
}
