using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>HardSwish, AxisMeans, AxisScale and Mixture.</summary>
public sealed unsafe class AttentionTests
{
    public static TheoryData<int> Counts => Lengths;

    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 },
        { 2, 3, 5, 3 },
        { 1, 7, 4, 16 },
        { 2, 1, 9, 24 },
        { 3, 6, 1, 33 },
        { 1, 12, 10, 70 },
    };

    [Theory]
    [MemberData(nameof(Counts))]
    public void Hard_swish_agrees_with_its_definition_and_its_gradient_with_differences(int count)
    {
        float[] x = Noise(count, 1, 3), dy = Noise(count, 2), before = Noise(count, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(count), dx = memory.Out(count), added = memory.InOut(before);
            HardSwish.Forward(pool, memory.In(x), y, count);
            HardSwish.Backward(pool, memory.In(x), memory.In(dy), dx, count, accumulate: false);
            HardSwish.Backward(pool, memory.In(x), memory.In(dy), added, count, accumulate: true);
            return [y, dx, added];
        });
        AssertClose(Reference.HardSwish(x.ToDouble()), results[0], 1e-6, 1e-6);
        AssertGradient(Reference.HardSwish, x, dy, results[1]);
        AssertGradient(Reference.HardSwish, x, dy, results[2], before);
    }

    [Fact]
    public void Hard_swish_is_zero_and_flat_below_minus_three_and_the_identity_above_three()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(4), dx = memory.Out(4);
            HardSwish.Forward(pool, memory.In([-100, -3, 3, 100]), y, 4);
            HardSwish.Backward(pool, memory.In([-100, -3, 3, 100]), memory.In([2, 2, 2, 2]), dx, 4, accumulate: false);
            return [y, dx];
        });
        AssertClose([0, 0, 3, 100], results[0], 1e-6, 0);
        Assert.Equal([0f, 0, 2, 2], results[1]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Axis_means_agree_with_their_definition_and_their_gradient_with_differences(int n, int h, int w, int c)
    {
        float[] x = Noise(n * h * w * c, 1, offset: 1), dy = Noise(n * (h + w) * c, 2), before = Noise(x.Length, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(dy.Length), dx = memory.Out(x.Length), added = memory.InOut(before);
            AxisMeans.Forward(pool, memory.In(x), n, h, w, c, y);
            AxisMeans.Backward(pool, memory.In(dy), n, h, w, c, dx, accumulate: false);
            AxisMeans.Backward(pool, memory.In(dy), n, h, w, c, added, accumulate: true);
            return [y, dx, added];
        });
        double[] F(double[] v) => Reference.AxisMeans(v, n, h, w, c);
        AssertClose(F(x.ToDouble()), results[0], 1e-6, 1e-6);
        AssertGradient(F, x, dy, results[1]);
        AssertGradient(F, x, dy, results[2], before);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Axis_scale_agrees_with_its_definition_and_its_gradients_with_differences(int n, int h, int w, int c)
    {
        float[] x = Noise(n * h * w * c, 1), rows = Noise(n * h * c, 2), columns = Noise(n * w * c, 3), dy = Noise(x.Length, 4);
        float[] before = Noise(x.Length, 5), beforeRows = Noise(rows.Length, 6), beforeColumns = Noise(columns.Length, 7);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock a = memory.In(x), r = memory.In(rows), q = memory.In(columns), d = memory.In(dy);
            GuardedBlock y = memory.Out(x.Length), dx = memory.Out(x.Length), dRows = memory.Out(rows.Length), dColumns = memory.Out(columns.Length);
            GuardedBlock added = memory.InOut(before), addedRows = memory.InOut(beforeRows), addedColumns = memory.InOut(beforeColumns);
            AxisScale.Forward(pool, a, r, q, n, h, w, c, y, accumulate: false);
            AxisScale.Forward(pool, d, r, q, n, h, w, c, dx, accumulate: false);
            AxisScale.Forward(pool, d, r, q, n, h, w, c, added, accumulate: true);
            AxisScale.RowsBackward(pool, d, a, q, n, h, w, c, dRows, accumulate: false);
            AxisScale.RowsBackward(pool, d, a, q, n, h, w, c, addedRows, accumulate: true);
            AxisScale.ColumnsBackward(pool, d, a, r, n, h, w, c, dColumns, accumulate: false);
            AxisScale.ColumnsBackward(pool, d, a, r, n, h, w, c, addedColumns, accumulate: true);
            return [y, dx, added, dRows, addedRows, dColumns, addedColumns];
        });
        double[] F(double[] v, double[] r, double[] q) => Reference.AxisScale(v, r, q, n, h, w, c);
        (double[] X, double[] R, double[] C) = (x.ToDouble(), rows.ToDouble(), columns.ToDouble());
        AssertClose(F(X, R, C), results[0], 1e-6, 1e-6);
        AssertGradient(v => F(v, R, C), x, dy, results[1]);
        AssertGradient(v => F(v, R, C), x, dy, results[2], before);
        AssertGradient(v => F(X, v, C), rows, dy, results[3]);
        AssertGradient(v => F(X, v, C), rows, dy, results[4], beforeRows);
        AssertGradient(v => F(X, R, v), columns, dy, results[5]);
        AssertGradient(v => F(X, R, v), columns, dy, results[6], beforeColumns);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Weights_of_a_mixture_sum_to_one_also_where_theta_is_large(int arrays)
    {
        float[] theta = [.. Enumerable.Range(0, arrays).Select(j => 1000f + j)];
        float[] weights = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(arrays);
            Mixture.Weights(memory.In(theta), arrays, result);
            return result;
        });
        AssertClose(Reference.Softmax([.. theta.Select(t => t - 1000.0)], arrays, 1), weights, 1e-6, 0);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void The_gradient_of_a_mixtures_weight_is_an_inner_product(int count)
    {
        float[] x = Noise(count, 1, offset: 0.5), dy = Noise(count, 2, offset: 0.5);
        float[] slope = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(1);
            Mixture.WeightGradient(pool, memory.In(dy), memory.In(x), count, memory.Out(Mixture.ScratchLength(count)), result);
            return result;
        });
        AssertClose([Reference.Dot(x.ToDouble(), dy.ToDouble())], slope, 1e-6, 1e-5);
    }
}
