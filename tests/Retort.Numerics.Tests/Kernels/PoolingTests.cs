using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class PoolingTests
{
    public static TheoryData<int, int, int, int, int, int, int> MaxPools => new()
    {
        { 1, 1, 1, 1, 1, 1, 0 },
        { 2, 7, 5, 3, 3, 2, 1 },
        { 1, 8, 8, 8, 3, 2, 1 },
        { 2, 9, 6, 16, 2, 2, 0 },
        { 1, 6, 7, 24, 3, 1, 1 },
        { 1, 10, 11, 33, 5, 3, 2 },
        { 1, 5, 6, 64, 2, 3, 1 },
        { 1, 2, 2, 4, 3, 2, 1 },
        { 2, 12, 12, 7, 3, 5, 0 },
    };

    [Theory]
    [MemberData(nameof(MaxPools))]
    public void Max_pool_takes_the_first_of_the_largest_and_gives_it_the_gradient(int n, int h, int w, int c, int kernel, int stride, int padding)
    {
        // Few different values, so that there are ties everywhere.
        float[] x = [.. Integers(n * h * w * c, 1, 3).Select(v => v - 5)];
        int outputs = n * MaxPool.OutputSize(h, kernel, stride, padding) * MaxPool.OutputSize(w, kernel, stride, padding) * c;
        float[] dy = Integers(outputs, 2, 100), before = Integers(x.Length, 3, 100);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(outputs), alone = memory.Out(outputs), argmax = memory.Out(outputs), dx = memory.Out(x.Length), added = memory.InOut(before);
            MaxPool.Forward(pool, memory.In(x), n, h, w, c, kernel, stride, padding, y, (int*)argmax);
            MaxPool.Forward(pool, memory.In(x), n, h, w, c, kernel, stride, padding, alone, null);
            MaxPool.Backward(pool, memory.In(dy), (int*)argmax, n, h, w, c, kernel, stride, padding, dx, accumulate: false);
            MaxPool.Backward(pool, memory.In(dy), (int*)argmax, n, h, w, c, kernel, stride, padding, added, accumulate: true);
            return [y, alone, argmax, dx, added];
        });
        (double[] expected, int[] places) = Reference.MaxPool(x.ToDouble(), n, h, w, c, kernel, stride, padding);
        AssertClose(expected, results[0], 0, 0);
        AssertClose(expected, results[1], 0, 0);
        Assert.Equal(places, Array.ConvertAll(results[2], BitConverter.SingleToInt32Bits));

        double[] dx = new double[x.Length];
        for (int o = 0; o < outputs; o++)
        {
            int picture = o / (outputs / n);
            dx[(((picture * h * w) + places[o]) * c) + (o % c)] += dy[o];
        }

        AssertClose(dx, results[3], 0, 0);
        AssertClose(dx.Plus(before), results[4], 0, 0);
    }

    [Fact]
    public void Max_pool_gradient_agrees_with_differences()
    {
        const int n = 2, h = 7, w = 6, c = 5;
        float[] x = Noise(n * h * w * c, 1), dy = Noise(n * 4 * 3 * c, 2);
        float[] dx = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock argmax = memory.Out(dy.Length), result = memory.Out(x.Length);
            MaxPool.Forward(pool, memory.In(x), n, h, w, c, 3, 2, 1, memory.Out(dy.Length), (int*)argmax);
            MaxPool.Backward(pool, memory.In(dy), (int*)argmax, n, h, w, c, 3, 2, 1, result, accumulate: false);
            return result;
        });
        AssertGradient(v => Reference.MaxPool(v, n, h, w, c, 3, 2, 1).Y, x, dy, dx);
    }

    [Fact]
    public void Max_pool_of_minus_infinity_and_of_NaN_is_just_that()
    {
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(2);
            MaxPool.Forward(pool, memory.In([.. Enumerable.Repeat(new[] { float.NegativeInfinity, float.NaN }, 4).SelectMany(v => v)]), 1, 2, 2, 2, 2, 1, 0, result, null);
            return result;
        });
        Assert.Equal([float.NegativeInfinity, float.NaN], y);
    }

    public static TheoryData<int, int, int, int> Averages => new()
    {
        { 1, 1, 1, 1 },
        { 2, 3, 5, 3 },
        { 3, 8, 8, 8 },
        { 1, 7, 9, 16 },
        { 2, 1, 70, 24 },
        { 1, 13, 10, 33 },
        { 2, 8, 8, 64 },
        { 1, 20, 20, 130 },
    };

    [Theory]
    [MemberData(nameof(Averages))]
    public void Global_average_is_the_mean_of_a_picture_and_its_gradient_is_spread_evenly(int n, int h, int w, int c)
    {
        float[] x = Noise(n * h * w * c, 1, offset: 1), dy = Noise(n * c, 2), before = Noise(x.Length, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(n * c), dx = memory.Out(x.Length), added = memory.InOut(before);
            GlobalAveragePool.Forward(pool, memory.In(x), n, h, w, c, y);
            GlobalAveragePool.Backward(pool, memory.In(dy), n, h, w, c, dx, accumulate: false);
            GlobalAveragePool.Backward(pool, memory.In(dy), n, h, w, c, added, accumulate: true);
            return [y, dx, added];
        });
        double[] F(double[] v) => Reference.GlobalAveragePool(v, n, h * w, c);
        AssertClose(F(x.ToDouble()), results[0], 1e-6, 1e-6);
        AssertGradient(F, x, dy, results[1]);
        AssertGradient(F, x, dy, results[2], before);
    }
}
