using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class ElementwiseTests
{
    public static TheoryData<int> Lengths => Numbers.Lengths;

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Relu_is_the_maximum_with_zero(int count)
    {
        float[] x = Noise(count, 1);
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(count);
            Relu.Forward(pool, memory.In(x), result, count);
            return result;
        });
        AssertClose(Reference.Relu(x.ToDouble()), y, 0, 0);
    }

    [Fact]
    public void Relu_keeps_NaN_and_infinity()
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -1];
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock both = memory.InOut(x);
            Relu.Forward(pool, both, both, x.Length);
            return both;
        });
        Assert.Equal([float.NaN, float.PositiveInfinity, 0, 0, 0], y);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Relu_passes_gradients_where_its_output_is_positive(int count)
    {
        float[] x = Noise(count, 1), dy = Noise(count, 2), before = Noise(count, 3);
        float[] y = Reference.Relu(x.ToDouble()).ToFloat();
        float[][] dx = Trial.Run((pool, memory) =>
        {
            GuardedBlock plain = memory.Out(count), added = memory.InOut(before), inPlace = memory.InOut(dy);
            Relu.Backward(pool, memory.In(y), memory.In(dy), plain, count, accumulate: false);
            Relu.Backward(pool, memory.In(y), memory.In(dy), added, count, accumulate: true);
            Relu.Backward(pool, memory.In(y), inPlace, inPlace, count, accumulate: false);
            return [plain, added, inPlace];
        });
        AssertGradient(Reference.Relu, x, dy, dx[0]);
        AssertGradient(Reference.Relu, x, dy, dx[1], before);
        Trial.AssertSameBits(dx[0], dx[2]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Power_is_that_of_numbers_that_are_not_negative(int count)
    {
        float[] x = [.. Noise(count, 1).Select((v, i) => i % 5 == 0 ? v : Math.Abs(v) * MathF.Pow(10, -i % 7))];
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock both = memory.InOut(x);
            Power.Forward(pool, both, 1 / 3f, both, count);
            return both;
        });
        AssertClose([.. x.Select(v => Math.Pow(Math.Max(v, 0d), 1 / 3.0))], y, 1e-5, 0);
    }

    [Fact]
    public void Power_of_nothing_is_nothing()
    {
        float[] x = [0, -0f, -1, 1e-40f, float.NegativeInfinity, 1];
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(x.Length);
            Power.Forward(pool, memory.In(x), 0.5f, result, x.Length);
            return result;
        });
        Assert.Equal([0, 0, 0, 0, 0, 1], y);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sigmoid_agrees_with_its_definition_and_its_gradient_with_differences(int count)
    {
        float[] x = Noise(count, 1, scale: 4), dy = Noise(count, 2), before = Noise(count, 3);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(count), inPlace = memory.InOut(x), plain = memory.Out(count), added = memory.InOut(before);
            Sigmoid.Forward(pool, memory.In(x), y, count);
            Sigmoid.Forward(pool, inPlace, inPlace, count);
            Sigmoid.Backward(pool, y, memory.In(dy), plain, count, accumulate: false);
            Sigmoid.Backward(pool, y, memory.In(dy), added, count, accumulate: true);
            return [y, inPlace, plain, added];
        });
        AssertClose(Reference.Sigmoid(x.ToDouble()), results[0], 1e-6, 0);
        Trial.AssertSameBits(results[0], results[1]);
        AssertGradient(Reference.Sigmoid, x, dy, results[2]);
        AssertGradient(Reference.Sigmoid, x, dy, results[3], before);
    }

    [Fact]
    public void Sigmoid_saturates_without_NaN()
    {
        float[] x = [-1e30f, -200, -80, 0, 80, 200, 1e30f, float.NegativeInfinity, float.PositiveInfinity];
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(x.Length);
            Sigmoid.Forward(pool, memory.In(x), result, x.Length);
            return result;
        });
        AssertClose([0, 0, 1.8048513878454153e-35, 0.5, 1, 1, 1, 0, 1], y, 1e-5, 0);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sum_copy_fill_and_accumulation_are_exact(int count)
    {
        float[] a = Noise(count, 1), b = Noise(count, 2);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock sum = memory.Out(count), inPlace = memory.InOut(b), added = memory.InOut(b), copied = memory.Out(count), filled = memory.Out(count);
            Add.Forward(pool, memory.In(a), memory.In(b), sum, count);
            Add.Forward(pool, memory.In(a), inPlace, inPlace, count);
            Accumulate.Run(pool, memory.In(a), added, count);
            Copy.Run(pool, memory.In(a), copied, count);
            Fill.Run(pool, filled, count, -3.5f);
            return [sum, inPlace, added, copied, filled];
        });
        float[] expected = [.. a.Zip(b, (p, q) => p + q)];
        Trial.AssertSameBits(expected, results[0]);
        Trial.AssertSameBits(expected, results[1]);
        Trial.AssertSameBits(expected, results[2]);
        Trial.AssertSameBits(a, results[3]);
        Trial.AssertSameBits([.. Enumerable.Repeat(-3.5f, count)], results[4]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Product_agrees_with_its_definition_and_its_gradient_with_differences(int count)
    {
        const float scale = -1.5f;
        float[] a = Noise(count, 1), b = Noise(count, 2), dy = Noise(count, 3), before = Noise(count, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(count), plain = memory.Out(count), added = memory.InOut(before);
            Multiply.Forward(pool, memory.In(a), memory.In(b), scale, y, count);
            Multiply.Backward(pool, memory.In(dy), memory.In(b), scale, plain, count, accumulate: false);
            Multiply.Backward(pool, memory.In(dy), memory.In(b), scale, added, count, accumulate: true);
            return [y, plain, added];
        });
        AssertClose(Reference.Multiply(a.ToDouble(), b.ToDouble(), scale), results[0], 1e-6, 1e-9);
        double[] F(double[] x) => Reference.Multiply(x, b.ToDouble(), scale);
        AssertGradient(F, a, dy, results[1]);
        AssertGradient(F, a, dy, results[2], before);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Total_is_the_scaled_sum_and_its_gradient_is_the_scale_everywhere(int count)
    {
        const float scale = 0.25f;
        float[] x = Noise(count, 1, offset: 0.5), before = Noise(count, 2);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock total = memory.Out(1), plain = memory.Out(count), added = memory.InOut(before);
            Reduction.Sum(pool, memory.In(x), count, scale, memory.Out(Reduction.ScratchLength(count)), total);
            Reduction.SumBackward(pool, memory.In([3f]), scale, plain, count, accumulate: false);
            Reduction.SumBackward(pool, memory.In([3f]), scale, added, count, accumulate: true);
            return [total, plain, added];
        });
        AssertClose([scale * x.ToDouble().Sum()], results[0], 1e-6, 1e-5);
        Trial.AssertSameBits([.. Enumerable.Repeat(0.75f, count)], results[1]);
        Trial.AssertSameBits([.. before.Select(v => v + 0.75f)], results[2]);
    }

    [Fact]
    public void The_sum_of_nothing_is_zero()
    {
        float[] total = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock result = memory.Out(1);
            Reduction.Sum(pool, memory.In([]), 0, 1, memory.Out(0), result);
            return result;
        });
        Assert.Equal(0f, total[0]);
    }

    [Fact]
    public void Sizes_and_pointers_are_checked()
    {
        using var pool = new WorkerPool(1);
        float value = 1;
        float* p = &value;
        Assert.Throws<ArgumentOutOfRangeException>(() => Relu.Forward(pool, p, p, -1));
        Assert.Throws<ArgumentNullException>(() => Relu.Forward(pool, null, p, 1));
        Assert.Throws<ArgumentNullException>(() => Relu.Forward(null!, p, p, 1));
        Assert.Throws<ArgumentNullException>(() => Add.Forward(pool, p, p, null, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Channels.Copy(pool, p, 1, p, 2, 1, 2, accumulate: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaxPool.OutputSize(4, 3, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SegmentationLoss.Forward(pool, p, p, 1, float.NaN, false, p, p));
        Assert.Throws<ArgumentOutOfRangeException>(() => L2Normalize.Forward(pool, p, 1 << 20, 1 << 20, 0, p, p));
    }
}
