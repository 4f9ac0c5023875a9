using System.Globalization;
using System.Text.Json;
using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>Goldens/blur.json is SciPy's, made by Goldens/make_blur.py.</summary>
public sealed unsafe class GaussianBlurTests
{
    private static readonly Dictionary<string, Dictionary<string, float[]>> Goldens =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "blur.json")))!;

    [Theory]
    [InlineData(24, 21, 4)]
    [InlineData(5, 40, 4)]
    [InlineData(1, 3, 1.5)]
    [InlineData(9, 8, 0.1)]
    public void Blur_matches_SciPy_also_where_the_filter_is_wider_than_the_map(int h, int w, double sigma)
    {
        Dictionary<string, float[]> g = Goldens[string.Create(CultureInfo.InvariantCulture, $"{h}x{w}_{sigma}")];
        AssertClose(g["y"].ToDouble(), Blur(g["x"], 1, h, w, 1, sigma), 0, 3e-7);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 2)]
    [InlineData(2, 7, 5, 3, 1)]
    [InlineData(3, 20, 33, 8, 4)]
    [InlineData(2, 3, 130, 33, 0.6)]
    public void Every_channel_of_every_picture_is_smoothed_by_itself(int n, int h, int w, int c, double sigma)
    {
        float[] x = Noise(n * h * w * c, 1, offset: 1);
        AssertClose(Reference.GaussianBlur(x.ToDouble(), n, h, w, c, sigma), Blur(x, n, h, w, c, sigma), 1e-6, 1e-6);
    }

    [Fact]
    public void The_filter_of_four_pixels_reaches_sixteen_and_sums_to_one()
    {
        float[] half = GaussianBlur.Weights(4);
        Assert.Equal(17, half.Length);
        Assert.Equal(1, (2 * half.Sum(w => (double)w)) - half[0], 1e-6);
        Assert.Equal(Math.Exp(-0.5), half[4] / half[0], 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianBlur.Weights(0));
    }

    private static float[] Blur(float[] x, int n, int h, int w, int c, double sigma)
    {
        int radius = GaussianBlur.Radius(sigma);
        return Trial.RunOne((pool, memory) =>
        {
            GuardedBlock y = memory.Out(x.Length), scratch = memory.Out(GaussianBlur.ScratchLength(pool.Threads, w, c, radius));
            GaussianBlur.Forward(pool, memory.In(x), n, h, w, c, memory.In(GaussianBlur.Weights(sigma)), radius, y, scratch);
            return y;
        });
    }
}
