using System.Text.Json;
using Retort.Corruption;

namespace Retort.Tests.Corruption;

public class PerlinTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Noise_and_rotated_mask_equal_the_oracle(int index)
    {
        string json = File.ReadAllText(Golden.PathOf("Corruption", "perlin.json"));
        JsonElement golden = JsonDocument.Parse(json).RootElement[index];
        int size = golden.GetProperty("size").GetInt32(), rows = golden.GetProperty("rows").GetInt32(), columns = golden.GetProperty("columns").GetInt32();
        double[] angles = [.. Enumerable.Range(0, (rows + 1) * (columns + 1)).Select(k => 2 * Math.PI * (((k * 7919) + 104729) % 1009) / 1009)];
        var noise = new double[size * size];
        PerlinNoise.Fill(noise, size, size, angles, rows, columns);
        int stride = size * size / 13;
        int i = 0;
        foreach (JsonElement value in golden.GetProperty("values").EnumerateArray())
        {
            Assert.Equal(value.GetDouble(), noise[stride * i++], 1e-12);
        }

        var mask = new float[size * size];
        int count = PerlinMask.RotateAndThreshold(noise, size, golden.GetProperty("degrees").GetDouble(), mask);
        int[] expectedRows = [.. golden.GetProperty("mask_rows").EnumerateArray().Select(e => e.GetInt32())];
        int[] expectedColumns = [.. golden.GetProperty("mask_columns").EnumerateArray().Select(e => e.GetInt32())];
        Assert.Equal(expectedRows, Enumerable.Range(0, size).Select(y => (int)mask.Skip(y * size).Take(size).Sum()));
        Assert.Equal(expectedColumns, Enumerable.Range(0, size).Select(x => Enumerable.Range(0, size).Sum(y => (int)mask[(y * size) + x])));
        Assert.Equal(expectedRows.Sum(), count);
    }

    [Theory]
    [InlineData(256, 256, 8, 32)]
    [InlineData(50, 37, 8, 16)]
    [InlineData(20, 20, 32, 32)]
    public void Noise_equals_the_definition_also_where_cells_do_not_divide_the_size(int width, int height, int rows, int columns)
    {
        var random = new CounterRandom(1);
        var angles = new double[(rows + 1) * (columns + 1)];
        foreach (ref double angle in angles.AsSpan())
        {
            angle = random.NextUniform(0, 2 * Math.PI);
        }

        var noise = new double[width * height];
        PerlinNoise.Fill(noise, width, height, angles, rows, columns);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Assert.Equal(SlowPerlin.Noise(x, y, width, height, angles, rows, columns), noise[(y * width) + x], 1e-10);
            }
        }
    }

    [Fact]
    public void Noise_is_zero_on_the_lattice()
    {
        double[] angles = [.. Enumerable.Range(0, 25).Select(k => (double)k)];
        var noise = new double[64];
        PerlinNoise.Fill(noise, 8, 8, angles, 4, 4);
        Assert.Equal(0, noise[0]);
        Assert.Equal(0, noise[(2 * 8) + 4]);
        Assert.NotEqual(0, noise[(2 * 8) + 5]);
    }

    [Fact]
    public void Fields_of_the_wrong_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PerlinNoise.Fill(new double[5], 2, 2, new double[4], 1, 1));
        Assert.Throws<ArgumentException>(() => PerlinNoise.Fill(new double[4], 2, 2, new double[5], 1, 1));
        Assert.Throws<ArgumentException>(() =>
        {
            var random = new CounterRandom(1);
            PerlinMask.Draw(ref random, 8, new float[63]);
        });
    }

    [Fact]
    public void Masks_are_binary_repeat_with_their_draws_and_cover_what_the_published_generator_covers()
    {
        // The oracle of make_corruption.py over 1500 random masks of this size: 4.6 % covered, 4.5 % empty.
        const int Size = 128, Masks = 1000;
        float[] mask = new float[Size * Size], again = new float[Size * Size];
        double covered = 0;
        int empty = 0;
        for (int sample = 0; sample < Masks; sample++)
        {
            var random = new CounterRandom(5, 0, 0, sample);
            var repeat = random;
            int count = PerlinMask.Draw(ref random, Size, mask);
            PerlinMask.Draw(ref repeat, Size, again);
            Assert.True(mask.AsSpan().SequenceEqual(again));
            Assert.Equal(count, mask.AsSpan().Count(1f));
            Assert.Equal(Size * Size, count + mask.AsSpan().Count(0f));
            covered += count / (double)(Size * Size) / Masks;
            empty += count == 0 ? 1 : 0;
        }

        Assert.InRange(covered, 0.042, 0.051);
        Assert.InRange(empty, 30, 75);
    }
}
