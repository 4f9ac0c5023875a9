using System.Text.Json;
using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>MaskedMean and Hinge. Goldens/masked.json is PyTorch's, made by Goldens/make_masked.py.</summary>
public sealed unsafe class MaskedMeanTests
{
    private static readonly Dictionary<string, Dictionary<string, float[]>> Goldens =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "masked.json")))!;

    public static TheoryData<int> Lengths => Numbers.Lengths;

    [Fact]
    public void Masked_mean_matches_PyTorch()
    {
        Dictionary<string, float[]> g = Goldens["masked_mean"];
        float[][] results = Mean(g["x"], g["mask"], 0.7f, 1, new float[g["x"].Length]);
        AssertClose(g["y"].ToDouble(), results[0]);
        AssertClose(g["dx"].ToDouble(), results[1]);
    }

    [Fact]
    public void Hinge_matches_PyTorch()
    {
        Dictionary<string, float[]> g = Goldens["hinge"];
        float[][] results = Lack(g["x"], 0.5f, g["dy"], new float[g["x"].Length]);
        AssertClose(g["y"].ToDouble(), results[0]);
        AssertClose(g["dx"].ToDouble(), results[1]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Masked_mean_is_the_mean_of_what_is_selected_and_its_gradient_even_over_that(int count)
    {
        float[] x = Noise(count, 1, offset: 0.5), mask = Integers(count, 2, 1), before = Noise(count, 3);
        mask[count / 2] = 1;
        float[][] results = Mean(x, mask, -1.5f, 2, before);
        double[] selected = [.. x.Where((_, i) => mask[i] == 1).Select(v => (double)v)];
        AssertClose([-1.5 * selected.Average()], results[0], 1e-5, 1e-5);
        AssertClose([.. mask.Select(m => m * -3.0 / selected.Length)], results[1], 1e-6, 0);
        AssertClose([.. mask.Select((m, i) => (m * -3.0 / selected.Length) + before[i])], results[2], 1e-6, 1e-6);
    }

    [Fact]
    public void A_mask_that_selects_nothing_gives_nothing()
    {
        float[][] results = Mean([1, 2, 3], [0, 0, 0], 4, 5, [7, 8, 9]);
        Assert.Equal([0], results[0]);
        Assert.Equal([0, 0, 0], results[1]);
        Assert.Equal([7, 8, 9], results[2]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Hinge_is_what_is_lacking_to_the_margin(int count)
    {
        float[] x = Noise(count, 4), dy = Noise(count, 5), before = Noise(count, 6);
        float[][] results = Lack(x, 0.3f, dy, before);
        AssertClose([.. x.Select(v => Math.Max(0.3f - v, 0d))], results[0], 1e-6, 1e-7);
        AssertClose([.. x.Select((v, i) => v < 0.3f ? -(double)dy[i] : 0)], results[1], 0, 0);
        AssertClose([.. x.Select((v, i) => (double)before[i] + (v < 0.3f ? -(double)dy[i] : 0))], results[2], 1e-6, 1e-6);
    }

    [Fact]
    public void Hinge_keeps_NaN_and_is_flat_at_the_margin()
    {
        float[][] results = Lack([float.NaN, 0.5f, float.PositiveInfinity, -2], 0.5f, [1, 1, 1, 1], new float[4]);
        Assert.Equal([float.NaN, 0, 0, 2.5f], results[0]);
        Assert.Equal([0, 0, -1], results[1][1..]);
    }

    private static float[][] Mean(float[] x, float[] mask, float scale, float dResult, float[] before) => Trial.Run((pool, memory) =>
    {
        GuardedBlock mean = memory.Out(1), share = memory.Out(1), dx = memory.Out(x.Length), added = memory.InOut(before);
        MaskedMean.Forward(pool, memory.In(x), memory.In(mask), x.Length, scale, memory.Out(MaskedMean.ScratchLength(x.Length)), mean, share);
        MaskedMean.Backward(pool, memory.In(mask), share, memory.In([dResult]), dx, x.Length, accumulate: false);
        MaskedMean.Backward(pool, memory.In(mask), share, memory.In([dResult]), added, x.Length, accumulate: true);
        return [mean, dx, added];
    });

    private static float[][] Lack(float[] x, float margin, float[] dy, float[] before) => Trial.Run((pool, memory) =>
    {
        GuardedBlock y = memory.Out(x.Length), dx = memory.Out(x.Length), added = memory.InOut(before);
        Hinge.Forward(pool, memory.In(x), margin, y, x.Length);
        Hinge.Backward(pool, y, memory.In(dy), dx, x.Length, accumulate: false);
        Hinge.Backward(pool, y, memory.In(dy), added, x.Length, accumulate: true);
        return [y, dx, added];
    });
}
