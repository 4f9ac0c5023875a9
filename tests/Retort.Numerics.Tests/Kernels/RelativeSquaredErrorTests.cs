using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class RelativeSquaredErrorTests
{
    public static TheoryData<int> Lengths => Numbers.Lengths;

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Error_is_that_of_the_squares_and_its_gradient_twice_the_difference_over_them(int count)
    {
        float[] x = Noise(count, 1), target = Noise(count, 2, offset: 0.5), before = Noise(count, 3);
        float[][] results = Error(x, target, -1.5f, 2, before);
        double squares = target.Sum(t => (double)t * t);
        double error = -1.5 * x.Zip(target, (a, t) => ((double)a - t) * (a - t)).Sum() / squares;
        double[] gradient = [.. x.Zip(target, (a, t) => -1.5 * 2 * 2 * ((double)a - t) / squares)];
        AssertClose([error], results[0], 1e-5, 1e-5);
        AssertClose(gradient, results[1], 1e-5, 1e-6);
        AssertClose([.. gradient.Zip(before, (g, b) => g + b)], results[2], 1e-5, 1e-6);
    }

    [Fact]
    public void Zeros_instead_of_a_target_are_an_error_of_one_and_the_target_itself_of_none()
    {
        Assert.Equal([1], Error([0, 0, 0], [1, -2, 2], 1, 1, new float[3])[0]);
        Assert.Equal([0], Error([1, -2, 2], [1, -2, 2], 1, 1, new float[3])[0]);
        Assert.Equal([0], Error([0, 0, 0], [0, 0, 0], 1, 1, new float[3])[0]);
    }

    private static float[][] Error(float[] x, float[] target, float scale, float dResult, float[] before) => Trial.Run((pool, memory) =>
    {
        GuardedBlock error = memory.Out(1), share = memory.Out(1), dx = memory.Out(x.Length), added = memory.InOut(before);
        RelativeSquaredError.Forward(
            pool, memory.In(x), memory.In(target), x.Length, scale, 1e-12f, memory.Out(RelativeSquaredError.ScratchLength(x.Length)), error, share);
        RelativeSquaredError.Backward(pool, memory.In(x), memory.In(target), share, memory.In([dResult]), dx, x.Length, accumulate: false);
        RelativeSquaredError.Backward(pool, memory.In(x), memory.In(target), share, memory.In([dResult]), added, x.Length, accumulate: true);
        return [error, dx, added];
    });
}
