using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

/// <summary>What a memory is read with: Softmax, HardShrink, Entropy and ScaleByLength.</summary>
public sealed unsafe class MemoryTests
{
    public static TheoryData<int, int> Shapes => RowsAndChannels;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Softmax_agrees_with_its_definition_and_its_gradient_with_differences(int rows, int c)
    {
        const float scale = 3;
        float[] x = Noise(rows * c, 1, offset: -20), dy = Noise(x.Length, 2), before = Noise(x.Length, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(x.Length), inPlace = memory.InOut(x), dx = memory.Out(x.Length), added = memory.InOut(before);
            Softmax.Forward(pool, memory.In(x), rows, c, scale, y);
            Softmax.Forward(pool, inPlace, rows, c, scale, inPlace);
            Softmax.Backward(pool, y, memory.In(dy), rows, c, scale, dx, accumulate: false);
            Softmax.Backward(pool, y, memory.In(dy), rows, c, scale, added, accumulate: true);
            return [y, inPlace, dx, added];
        });
        double[] F(double[] v) => Reference.Softmax(v, c, scale);
        AssertClose(F(x.ToDouble()), results[0], 2e-5, 1e-7);
        Trial.AssertSameBits(results[0], results[1]);
        AssertGradient(F, x, dy, results[2]);
        AssertGradient(F, x, dy, results[3], before);
    }

    [Fact]
    public void Softmax_of_large_numbers_neither_overflows_nor_vanishes()
    {
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(6);
            Softmax.Forward(pool, memory.In([3000, 3000, -3000, -1000, -1000, -1000]), 2, 3, 5, result);
            return result;
        });
        AssertClose([0.5, 0.5, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0], y, 1e-6, 0);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Shrinkage_agrees_with_its_definition_and_its_gradient_with_differences(int rows, int c)
    {
        float threshold = 1f / c;
        float[] x = Reference.Softmax(Noise(rows * c, 1).ToDouble(), c, 1).ToFloat(), dy = Noise(x.Length, 2), before = Noise(x.Length, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(x.Length), sums = memory.Out(rows), dx = memory.Out(x.Length), added = memory.InOut(before);
            HardShrink.Forward(pool, memory.In(x), rows, c, threshold, y, sums);
            HardShrink.Backward(pool, memory.In(x), y, sums, memory.In(dy), rows, c, threshold, dx, accumulate: false);
            HardShrink.Backward(pool, memory.In(x), y, sums, memory.In(dy), rows, c, threshold, added, accumulate: true);
            return [y, dx, added];
        });
        AssertClose(Reference.HardShrink(x.ToDouble(), c, threshold), results[0], 1e-5, 1e-7);

        // Differences would fall over the threshold's edge: the shares that are kept stay the same ones.
        bool[] kept = [.. x.Select(v => v > threshold)];
        double[] F(double[] v) => Reference.Shares([.. v.Select((s, i) => kept[i] ? s : 0)], c);
        AssertGradient(F, x, dy, results[1], relative: 3e-4);
        AssertGradient(F, x, dy, results[2], before, relative: 3e-4);
    }

    [Fact]
    public void Where_no_share_is_above_the_threshold_nothing_is_left_and_nothing_flows_back()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock x = memory.In([0.5f, 0.5f, 0.7f, 0.3f]), y = memory.Out(4), sums = memory.Out(2), dx = memory.Out(4);
            HardShrink.Forward(pool, x, 2, 2, 0.5f, y, sums);
            HardShrink.Backward(pool, x, y, sums, memory.In([1, 2, 3, 4]), 2, 2, 0.5f, dx, accumulate: false);
            return [y, sums, dx];
        });
        AssertClose([0, 0, 1, 0], results[0], 1e-6, 0);
        AssertClose([0, 0.7], results[1], 1e-6, 0);
        AssertClose([0, 0, 0, 0], results[2], 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Entropy_agrees_with_its_definition_and_its_gradient_with_differences(int rows, int c)
    {
        float[] x = Reference.Softmax(Noise(rows * c, 1).ToDouble(), c, 1).ToFloat(), dy = Noise(rows, 2), before = Noise(x.Length, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(rows), dx = memory.Out(x.Length), added = memory.InOut(before);
            Entropy.Forward(pool, memory.In(x), rows, c, y);
            Entropy.Backward(pool, memory.In(x), memory.In(dy), rows, c, dx, accumulate: false);
            Entropy.Backward(pool, memory.In(x), memory.In(dy), rows, c, added, accumulate: true);
            return [y, dx, added];
        });
        AssertClose(Reference.Entropy(x.ToDouble(), c), results[0], 1e-5, 1e-6);

        // The exact derivative: a difference of 1e-5 is not small beside shares of 1e-5.
        double[] slopes = [.. x.Select((v, i) => -dy[i / c] * (Math.Log(v + 1e-12) + (v / (v + 1e-12))))];
        AssertClose(slopes, results[1]);
        AssertClose(slopes.Plus(before), results[2]);
    }

    [Fact]
    public void A_share_of_zero_has_no_entropy_and_a_finite_gradient()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(1), dx = memory.Out(2);
            Entropy.Forward(pool, memory.In([0, 1]), 1, 2, y);
            Entropy.Backward(pool, memory.In([0, 1]), memory.In([1]), 1, 2, dx, accumulate: false);
            return [y, dx];
        });
        AssertClose([0], results[0], 0, 1e-6);
        AssertClose([-Math.Log(1e-12), -1], results[1], 1e-5, 0);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scaling_by_length_agrees_with_its_definition_and_its_gradients_with_differences(int rows, int c)
    {
        float[] x = Noise(rows * c, 1), reference = Noise(x.Length, 2, offset: 0.3), dy = Noise(x.Length, 3), before = Noise(x.Length, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock a = memory.In(x), r = memory.In(reference), d = memory.In(dy);
            GuardedBlock y = memory.Out(x.Length), dx = memory.Out(x.Length), added = memory.InOut(before), dr = memory.Out(x.Length), addedR = memory.InOut(before);
            ScaleByLength.Forward(pool, a, r, rows, c, y);
            ScaleByLength.Backward(pool, r, d, rows, c, dx, accumulate: false);
            ScaleByLength.Backward(pool, r, d, rows, c, added, accumulate: true);
            ScaleByLength.ReferenceBackward(pool, a, r, d, rows, c, dr, accumulate: false);
            ScaleByLength.ReferenceBackward(pool, a, r, d, rows, c, addedR, accumulate: true);
            return [y, dx, added, dr, addedR];
        });
        double[] F(double[] v, double[] r) => Reference.ScaleByLength(v, r, c);
        (double[] X, double[] R) = (x.ToDouble(), reference.ToDouble());
        AssertClose(F(X, R), results[0]);
        AssertGradient(v => F(v, R), x, dy, results[1], relative: 3e-4);
        AssertGradient(v => F(v, R), x, dy, results[2], before, relative: 3e-4);
        AssertGradient(v => F(X, v), reference, dy, results[3], relative: 3e-4);
        AssertGradient(v => F(X, v), reference, dy, results[4], before, relative: 3e-4);
    }

    [Fact]
    public void A_reference_of_length_zero_gets_no_gradient()
    {
        float[] dr = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(2);
            ScaleByLength.ReferenceBackward(pool, memory.In([1, 2]), memory.In([0, 0]), memory.In([3, 4]), 1, 2, result, accumulate: false);
            return result;
        });
        Assert.Equal([0f, 0], dr);
    }
}
