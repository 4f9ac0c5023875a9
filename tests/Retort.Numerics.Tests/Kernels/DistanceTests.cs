using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class DistanceTests
{
    private const float Epsilon = 1e-12f;

    public static TheoryData<int, int> Shapes => RowsAndChannels;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void L2_normalisation_agrees_with_its_definition_and_its_gradient_with_differences(int rows, int c)
    {
        float[] x = Noise(rows * c, 1), dy = Noise(x.Length, 2), before = Noise(x.Length, 3);
        const float epsilon = 0.01f;
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(x.Length), norms = memory.Out(rows), inPlace = memory.InOut(x);
            GuardedBlock dx = memory.Out(x.Length), added = memory.InOut(before), gradientInPlace = memory.InOut(dy);
            L2Normalize.Forward(pool, memory.In(x), rows, c, epsilon, y, norms);
            L2Normalize.Forward(pool, inPlace, rows, c, epsilon, inPlace, norms);
            L2Normalize.Backward(pool, memory.In(x), norms, memory.In(dy), rows, c, epsilon, dx, accumulate: false);
            L2Normalize.Backward(pool, memory.In(x), norms, memory.In(dy), rows, c, epsilon, added, accumulate: true);
            L2Normalize.Backward(pool, memory.In(x), norms, gradientInPlace, rows, c, epsilon, gradientInPlace, accumulate: false);
            return [y, inPlace, dx, added, gradientInPlace];
        });
        double[] F(double[] v) => Reference.L2Normalize(v, c, epsilon);
        AssertClose(F(x.ToDouble()), results[0]);
        Trial.AssertSameBits(results[0], results[1]);
        AssertGradient(F, x, dy, results[2], relative: 3e-4);
        AssertGradient(F, x, dy, results[3], before, relative: 3e-4);
        Trial.AssertSameBits(results[2], results[4]);
    }

    [Fact]
    public void A_zero_vector_stays_zero_and_its_length_counts_as_constant()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(4), norms = memory.Out(2), dx = memory.Out(4);
            L2Normalize.Forward(pool, memory.In([0, 0, 3, 4]), 2, 2, 0.5f, y, norms);
            L2Normalize.Backward(pool, memory.In([0, 0, 3, 4]), norms, memory.In([1, -3, 0, 0]), 2, 2, 0.5f, dx, accumulate: false);
            return [y, norms, dx];
        });
        AssertClose([0, 0, 3 / 5.5, 4 / 5.5], results[0], 1e-6, 0);
        Assert.Equal([0f, 5], results[1]);
        Assert.Equal([2f, -6, 0, 0], results[2]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Cosine_distance_agrees_with_its_definition_and_its_gradients_with_differences(int rows, int c)
    {
        const float epsilon = 0.01f;
        float[] a = Noise(rows * c, 1), b = Noise(rows * c, 2, offset: 0.5), dy = Noise(rows, 3), before = Noise(a.Length, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(rows), saved = memory.Out(CosineDistance.SavedLength(rows));
            GuardedBlock da = memory.Out(a.Length), db = memory.Out(a.Length), addedA = memory.InOut(before), addedB = memory.InOut(before);
            CosineDistance.Forward(pool, memory.In(a), memory.In(b), rows, c, epsilon, y, saved);
            CosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), rows, c, epsilon, da, false, null, false);
            CosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), rows, c, epsilon, null, false, db, false);
            CosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), rows, c, epsilon, addedA, true, addedB, true);
            return [y, da, db, addedA, addedB];
        });
        double[] F(double[] p, double[] q) => Reference.CosineDistance(p, q, c, epsilon);
        double[] A = a.ToDouble(), B = b.ToDouble();
        AssertClose(F(A, B), results[0]);
        AssertGradient(v => F(v, B), a, dy, results[1], relative: 3e-4);
        AssertGradient(v => F(A, v), b, dy, results[2], relative: 3e-4);
        AssertGradient(v => F(v, B), a, dy, results[3], before, relative: 3e-4);
        AssertGradient(v => F(A, v), b, dy, results[4], before, relative: 3e-4);
    }

    [Fact]
    public void The_distance_from_a_zero_vector_is_one_and_its_gradients_are_numbers()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(1), saved = memory.Out(3), db = memory.Out(2);
            CosineDistance.Forward(pool, memory.In([0, 0]), memory.In([3, 4]), 1, 2, Epsilon, y, saved);
            CosineDistance.Backward(pool, memory.In([0, 0]), memory.In([3, 4]), saved, memory.In([1]), 1, 2, Epsilon, null, false, db, false);
            return [y, db];
        });
        Assert.Equal([1f], results[0]);
        Assert.Equal([0f, 0], results[1]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(2, 33)]
    [InlineData(2, 4096)]
    [InlineData(3, 4113)]
    [InlineData(1, 20_000)]
    public void Flat_cosine_distance_agrees_with_its_definition_and_its_gradients_with_differences(int n, int length)
    {
        float[] a = Noise(n * length, 1), b = Noise(n * length, 2, offset: 0.5), dy = Noise(n, 3, 10), before = Noise(a.Length, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(n), saved = memory.Out(FlatCosineDistance.SavedLength(n)), scratch = memory.Out(FlatCosineDistance.ScratchLength(n, length));
            GuardedBlock da = memory.Out(a.Length), db = memory.Out(a.Length), addedA = memory.InOut(before), addedB = memory.InOut(before);
            FlatCosineDistance.Forward(pool, memory.In(a), memory.In(b), n, length, y, saved, scratch);
            FlatCosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), n, length, da, false, null, false);
            FlatCosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), n, length, null, false, db, false);
            FlatCosineDistance.Backward(pool, memory.In(a), memory.In(b), saved, memory.In(dy), n, length, addedA, true, addedB, true);
            return [y, da, db, addedA, addedB];
        });
        double[] F(double[] p, double[] q) => Reference.FlatCosineDistance(p, q, length);
        double[] A = a.ToDouble(), B = b.ToDouble();
        AssertClose(F(A, B), results[0], 1e-6, 1e-6);
        AssertGradient(v => F(v, B), a, dy, results[1], absolute: 1e-6);
        AssertGradient(v => F(A, v), b, dy, results[2], absolute: 1e-6);
        AssertGradient(v => F(v, B), a, dy, results[3], before);
        AssertGradient(v => F(A, v), b, dy, results[4], before);
    }

    [Fact]
    public void Flat_cosine_distance_bounds_tiny_lengths()
    {
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(2), saved = memory.Out(6), da = memory.Out(4);
            FlatCosineDistance.Forward(pool, memory.In([0, 0, 1e-9f, 0]), memory.In([1, 0, 1, 0]), 2, 2, y, saved, memory.Out(6));
            FlatCosineDistance.Backward(pool, memory.In([0, 0, 1e-9f, 0]), memory.In([1, 0, 1, 0]), saved, memory.In([1, 1]), 2, 2, da, false, null, false);
            return [y, da];
        });
        AssertClose([1, 0.9], results[0], 1e-6, 0);
        AssertClose([-1e8, 0, -0.9e8, 0], results[1], 1e-6, 0);
    }
}
