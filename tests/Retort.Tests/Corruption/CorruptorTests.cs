using Retort.Corruption;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Tests.Corruption;

public class CorruptorTests
{
    private const int Size = 64;

    [Fact]
    public void The_texture_is_blended_over_the_picture_where_the_mask_is_set_and_nothing_else_changes()
    {
        var corruptor = new Corruptor(new NoiseTextures(), Rotation.None, Normalization.ImageNet);
        RgbImage picture = Noise(1);
        int anomalous = 0;
        for (int sample = 0; sample < 30; sample++)
        {
            (float[] clean, float[] corrupted, float[] mask) = Corrupt(corruptor, picture, sample);

            var random = new CounterRandom(5, 1, 2, sample);
            var texture = new byte[Size * Size * 3];
            new NoiseTextures().Draw(ref random, texture);
            var expectedMask = new float[Size * Size];
            anomalous += PerlinMask.Draw(ref random, Size, expectedMask);
            double beta = 0.8 * random.NextDouble();

            Assert.Equal(expectedMask, mask);
            Assert.Equal(Normalized(picture), clean);
            for (int i = 0; i < clean.Length; i++)
            {
                if (mask[i / 3] == 0)
                {
                    Assert.Equal(clean[i], corrupted[i]);
                    continue;
                }

                double blended = ((1 - beta) * texture[i] / 255.0) + (beta * picture.Pixels[i] / 255.0);
                double expected = (blended - Normalization.ImageNet.Mean[i % 3]) / Normalization.ImageNet.Deviation[i % 3];
                Assert.Equal(expected, corrupted[i], 2e-6);
            }
        }

        Assert.True(anomalous > 1000);
    }

    [Fact]
    public void Slight_rotation_turns_by_at_most_five_degrees_and_fills_with_grey()
    {
        var corruptor = new Corruptor(new NoiseTextures(), Rotation.Slight, Normalization.ImageNet);
        RgbImage picture = Noise(2);
        for (int sample = 0; sample < 10; sample++)
        {
            double degrees = new CounterRandom(5, 1, 2, sample).NextUniform(-5, 5);
            Assert.Equal(Normalized(PillowRotate.Bilinear(picture, degrees, 114, 114, 114)), Corrupt(corruptor, picture, sample).Clean);
        }
    }

    [Fact]
    public void Full_rotation_turns_by_right_angles_first()
    {
        var corruptor = new Corruptor(new NoiseTextures(), Rotation.Full, Normalization.ImageNet);
        RgbImage picture = Noise(3);
        var turnsSeen = new HashSet<int>();
        for (int sample = 0; sample < 24; sample++)
        {
            var random = new CounterRandom(5, 1, 2, sample);
            int turns = random.NextInt(4);
            turnsSeen.Add(turns);
            RgbImage turned = PillowRotate.Bilinear(PillowRotate.QuarterTurns(picture, turns), random.NextUniform(-5, 5));
            Assert.Equal(Normalized(turned), Corrupt(corruptor, picture, sample).Clean);
        }

        Assert.Equal(4, turnsSeen.Count);
    }

    [Fact]
    public void The_picture_itself_is_not_changed_and_samples_repeat_on_every_thread()
    {
        var corruptor = new Corruptor(new ProceduralTextures(Size), Rotation.Full, Normalization.ImageNet);
        RgbImage picture = Noise(4);
        byte[] before = [.. picture.Pixels];
        var expected = Enumerable.Range(0, 16).Select(k => Corrupt(corruptor, picture, k)).ToArray();
        Parallel.For(0, 16, k =>
        {
            var again = Corrupt(corruptor, picture, k);
            Assert.Equal(expected[k].Clean, again.Clean);
            Assert.Equal(expected[k].Corrupted, again.Corrupted);
            Assert.Equal(expected[k].Mask, again.Mask);
        });
        Assert.Equal(before, picture.Pixels);
    }

    [Fact]
    public void After_the_first_samples_nothing_is_allocated_without_rotation()
    {
        var corruptor = new Corruptor(new NoiseTextures(), Rotation.None, Normalization.ImageNet);
        RgbImage picture = Noise(5);
        float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
        long before = 0;
        for (int sample = 0; sample < 300; sample++)
        {
            // By now the pools have buffers for every size of noise.
            if (sample == 200)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            var random = new CounterRandom(5, 0, 0, sample);
            corruptor.Corrupt(picture, ref random, clean, corrupted, mask);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    [Fact]
    public void Pictures_and_spans_of_another_size_are_refused()
    {
        var corruptor = new Corruptor(new NoiseTextures(), Rotation.None, Normalization.ImageNet);
        var random = new CounterRandom(1);
        float[] three = new float[Size * Size * 3], one = new float[Size * Size];
        Assert.Throws<ArgumentException>(() => corruptor.Corrupt(new RgbImage(Size, Size - 1), ref random, three, three, one));
        Assert.Throws<ArgumentException>(() => corruptor.Corrupt(Noise(1), ref random, three, three, three));
        Assert.Throws<ArgumentException>(() => corruptor.Corrupt(Noise(1), ref random, one, three, one));
    }

    private static (float[] Clean, float[] Corrupted, float[] Mask) Corrupt(Corruptor corruptor, RgbImage picture, int sample)
    {
        float[] clean = new float[Size * Size * 3], corrupted = new float[Size * Size * 3], mask = new float[Size * Size];
        var random = new CounterRandom(5, 1, 2, sample);
        corruptor.Corrupt(picture, ref random, clean, corrupted, mask);
        return (clean, corrupted, mask);
    }

    private static float[] Normalized(RgbImage picture)
    {
        var values = new float[picture.Pixels.Length];
        Normalization.ImageNet.Apply(picture.Pixels, values);
        return values;
    }

    private static RgbImage Noise(int seed)
    {
        var picture = new RgbImage(Size, Size);
        new Random(seed).NextBytes(picture.Pixels);
        return picture;
    }

    private sealed class NoiseTextures : ITextureSource
    {
        public int Size => CorruptorTests.Size;

        public void Draw(ref CounterRandom random, Span<byte> rgb)
        {
            uint word = random.NextUInt32();
            for (int i = 0; i < rgb.Length; i++)
            {
                rgb[i] = (byte)((word * (uint)(i + 1)) >> 24);
            }
        }
    }
}
