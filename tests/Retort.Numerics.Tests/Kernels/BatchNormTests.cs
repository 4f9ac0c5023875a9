using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class BatchNormTests
{
    private const float Epsilon = 1e-5f;
    private const float Momentum = 0.1f;

    public static TheoryData<int, int> Shapes => RowsAndChannels;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Training_normalises_with_the_statistics_of_the_batch(int rows, int c)
    {
        float[] x = Noise(rows * c, 1, 2, 3), gamma = Noise(c, 2), beta = Noise(c, 3);
        float[] runningMean = Noise(c, 5), runningVariance = Noise(c, 6, 0.1, 2);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(rows * c), mean = memory.Out(c), inverse = memory.Out(c);
            GuardedBlock newMean = memory.InOut(runningMean), newVariance = memory.InOut(runningVariance);
            Forward(pool, memory, memory.In(x), rows, c, memory.In(gamma), memory.In(beta), newMean, newVariance, mean, inverse, null, false, y);
            return [y, mean, inverse, newMean, newVariance];
        });
        double[] mean = Reference.Mean(x.ToDouble(), c), variance = Reference.Variance(x.ToDouble(), c);
        double unbiased = rows > 1 ? rows / (rows - 1.0) : 1;

        // A variance of zero magnifies the rounding of x - mean by 1 / sqrt(epsilon); two rows may come close to that.
        AssertClose(Reference.BatchNorm(x.ToDouble(), c, gamma.ToDouble(), beta.ToDouble(), Epsilon, null, false), results[0], 2e-5, 5e-5);
        AssertClose(mean, results[1], 1e-6, 1e-7);
        AssertClose([.. variance.Select(v => 1 / Math.Sqrt(v + Epsilon))], results[2], 2e-5);
        AssertClose([.. runningMean.Select((r, i) => (0.9 * r) + (0.1 * mean[i]))], results[3]);
        AssertClose([.. runningVariance.Select((r, i) => (0.9 * r) + (0.1 * unbiased * variance[i]))], results[4]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Residual_and_relu_belong_to_the_same_pass_and_may_be_in_place(int rows, int c)
    {
        float[] x = Noise(rows * c, 1), gamma = Noise(c, 2), beta = Noise(c, 3), residual = Noise(rows * c, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(rows * c), onX = memory.InOut(x), onResidual = memory.InOut(residual);
            void Run(GuardedBlock input, GuardedBlock added, GuardedBlock output) => Forward(
                pool, memory, input, rows, c, memory.In(gamma), memory.In(beta), memory.InOut(gamma), memory.InOut(beta), memory.Out(c), memory.Out(c), added, true, output);
            Run(memory.In(x), memory.In(residual), y);
            Run(onX, memory.In(residual), onX);
            Run(memory.In(x), onResidual, onResidual);
            return [y, onX, onResidual];
        });
        AssertClose(Reference.BatchNorm(x.ToDouble(), c, gamma.ToDouble(), beta.ToDouble(), Epsilon, residual.ToDouble(), true), results[0], 2e-5, 5e-5);
        Trial.AssertSameBits(results[0], results[1]);
        Trial.AssertSameBits(results[0], results[2]);
    }

    [Fact]
    public void A_mean_far_from_zero_costs_no_precision_of_the_variance()
    {
        const int rows = 5000, c = 5;
        float[] x = Noise(rows * c, 1, scale: 1, offset: 4096), one = [1, 1, 1, 1, 1];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(rows * c), mean = memory.Out(c), inverse = memory.Out(c);
            Forward(pool, memory, memory.In(x), rows, c, memory.In(one), memory.In(new float[c]), memory.InOut(one), memory.InOut(one), mean, inverse, null, false, y);
            return [mean, inverse];
        });
        AssertClose(Reference.Mean(x.ToDouble(), c), results[0], 1e-7, 0);
        AssertClose([.. Reference.Variance(x.ToDouble(), c).Select(v => 1 / Math.Sqrt(v + Epsilon))], results[1], 1e-6, 0);
    }

    [Fact]
    public void A_single_row_comes_out_as_beta()
    {
        float[] x = [5, -7, 1e6f], gamma = [1, 2, 3], beta = [0.5f, -0.5f, 0];
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(3), mean = memory.Out(3), inverse = memory.Out(3), runningMean = memory.InOut([1, 1, 1]), runningVariance = memory.InOut([1, 1, 1]);
            Forward(pool, memory, memory.In(x), 1, 3, memory.In(gamma), memory.In(beta), runningMean, runningVariance, mean, inverse, null, false, y);
            GuardedBlock dx = memory.Out(3), dGamma = memory.Out(3), dBeta = memory.Out(3);
            BatchNorm.TrainingBackward(pool, memory.In(x), false, null, memory.In([1, 2, 3]), 1, 3, memory.In(gamma), memory.In(beta), mean, inverse, dx, false, dGamma, dBeta, null, false, Scratch(memory, 1, 3));
            return [y, runningVariance, dx, dGamma, dBeta];
        });
        Assert.Equal(beta, results[0]);
        Assert.Equal([0.9f, 0.9f, 0.9f], results[1]);
        Assert.Equal([0f, 0, 0], results[2]);
        Assert.Equal([0f, 0, 0], results[3]);
        Assert.Equal([1f, 2, 3], results[4]);
    }

    [Theory]
    [InlineData(7, 1, false)]
    [InlineData(7, 3, true)]
    [InlineData(7, 16, false)]
    [InlineData(9, 33, true)]
    [InlineData(600, 3, true)]
    [InlineData(300, 64, true)]
    [InlineData(40, 513, false)]
    public void Training_gradients_agree_with_differences(int rows, int c, bool relu)
    {
        float[] x = Noise(rows * c, 1, 2, 1), gamma = Noise(c, 2, 0.3, 1), beta = Noise(c, 3), residual = Noise(rows * c, 4);
        float[] dy = Noise(rows * c, 5), before = Noise(rows * c, 6), beforeResidual = Noise(rows * c, 7);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock mean = memory.Out(c), inverse = memory.Out(c), y = memory.Out(rows * c);
            GuardedBlock input = memory.In(x), scale = memory.In(gamma);
            Forward(pool, memory, input, rows, c, scale, memory.In(beta), memory.InOut(gamma), memory.InOut(gamma), mean, inverse, memory.In(residual), relu, y);
            GuardedBlock dx = memory.Out(rows * c), dGamma = memory.Out(c), dBeta = memory.Out(c), dResidual = memory.Out(rows * c);
            GuardedBlock added = memory.InOut(before), addedResidual = memory.InOut(beforeResidual), inPlace = memory.InOut(dy);
            void Run(GuardedBlock gradient, GuardedBlock to, bool accumulate, GuardedBlock? toResidual) => BatchNorm.TrainingBackward(
                pool, input, relu, relu ? y : null, gradient, rows, c, scale, memory.In(beta), mean, inverse, to, accumulate, dGamma, dBeta, toResidual, accumulate, Scratch(memory, rows, c));
            Run(memory.In(dy), added, true, addedResidual);
            Run(inPlace, inPlace, false, null);
            Run(memory.In(dy), dx, false, dResidual);
            return [dx, dGamma, dBeta, dResidual, added, addedResidual, inPlace];
        });
        double[] F(double[] a, double[] g, double[] b, double[] r) => Reference.BatchNorm(a, c, g, b, Epsilon, r, relu);
        double[] X = x.ToDouble(), G = gamma.ToDouble(), B = beta.ToDouble(), R = residual.ToDouble();
        AssertGradient(v => F(v, G, B, R), x, dy, results[0]);
        AssertGradient(v => F(X, v, B, R), gamma, dy, results[1], absolute: 2e-4);
        AssertGradient(v => F(X, G, v, R), beta, dy, results[2], absolute: 2e-4);
        AssertGradient(v => F(X, G, B, v), residual, dy, results[3]);
        AssertGradient(v => F(v, G, B, R), x, dy, results[4], before);
        AssertGradient(v => F(X, G, B, v), residual, dy, results[5], beforeResidual);
        Trial.AssertSameBits(results[0], results[6]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Without_a_residual_the_gradients_do_not_need_the_output(int rows, int c)
    {
        float[] x = Noise(rows * c, 1, 2, 1), gamma = Noise(c, 2, 0.3, 1), beta = Noise(c, 3), dy = Noise(rows * c, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock mean = memory.Out(c), inverse = memory.Out(c), y = memory.Out(rows * c);
            GuardedBlock input = memory.In(x), scale = memory.In(gamma), shift = memory.In(beta);
            Forward(pool, memory, input, rows, c, scale, shift, memory.InOut(gamma), memory.InOut(gamma), mean, inverse, null, true, y);
            GuardedBlock[] with = [memory.Out(rows * c), memory.Out(c), memory.Out(c)], without = [memory.Out(rows * c), memory.Out(c), memory.Out(c)];
            BatchNorm.TrainingBackward(pool, input, true, y, memory.In(dy), rows, c, scale, shift, mean, inverse, with[0], false, with[1], with[2], null, false, Scratch(memory, rows, c));
            BatchNorm.TrainingBackward(pool, input, true, null, memory.In(dy), rows, c, scale, shift, mean, inverse, without[0], false, without[1], without[2], null, false, Scratch(memory, rows, c));
            return [.. with, .. without];
        });
        for (int i = 0; i < 3; i++)
        {
            Trial.AssertSameBits(results[i], results[i + 3]);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Frozen_is_a_scale_and_a_shift(int rows, int c)
    {
        float[] x = Noise(rows * c, 1), scale = Noise(c, 2), shift = Noise(c, 3), residual = Noise(rows * c, 4);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock plain = memory.Out(rows * c), full = memory.Out(rows * c), inPlace = memory.InOut(x);
            BatchNorm.FrozenForward(pool, memory.In(x), rows, c, memory.In(scale), memory.In(shift), null, false, plain);
            BatchNorm.FrozenForward(pool, memory.In(x), rows, c, memory.In(scale), memory.In(shift), memory.In(residual), true, full);
            BatchNorm.FrozenForward(pool, inPlace, rows, c, memory.In(scale), memory.In(shift), memory.In(residual), true, inPlace);
            return [plain, full, inPlace];
        });
        AssertClose(Reference.ScaleShift(x.ToDouble(), c, scale.ToDouble(), shift.ToDouble(), null, false), results[0]);
        AssertClose(Reference.ScaleShift(x.ToDouble(), c, scale.ToDouble(), shift.ToDouble(), residual.ToDouble(), true), results[1]);
        Trial.AssertSameBits(results[1], results[2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frozen_gradients_agree_with_differences(bool relu)
    {
        const int rows = 150, c = 33;
        float[] x = Noise(rows * c, 1), scale = Noise(c, 2), shift = Noise(c, 3), residual = Noise(rows * c, 4);
        float[] dy = Noise(rows * c, 5), before = Noise(rows * c, 6), beforeResidual = Noise(rows * c, 7);
        double[] F(double[] a, double[] r) => Reference.ScaleShift(a, c, scale.ToDouble(), shift.ToDouble(), r, relu);
        float[] y = F(x.ToDouble(), residual.ToDouble()).ToFloat();
        float[][] results = Trial.Run((pool, memory) =>
        {
            float* mask = relu ? memory.In(y) : null;
            GuardedBlock dx = memory.Out(rows * c), dResidual = memory.Out(rows * c), added = memory.InOut(before), addedResidual = memory.InOut(beforeResidual), alone = memory.InOut(dy);
            BatchNorm.FrozenBackward(pool, mask, memory.In(dy), rows, c, memory.In(scale), dx, false, dResidual, false);
            BatchNorm.FrozenBackward(pool, mask, memory.In(dy), rows, c, memory.In(scale), added, true, addedResidual, true);
            BatchNorm.FrozenBackward(pool, mask, alone, rows, c, memory.In(scale), alone, false, null, false);
            return [dx, dResidual, added, addedResidual, alone];
        });
        AssertGradient(v => F(v, residual.ToDouble()), x, dy, results[0]);
        AssertGradient(v => F(x.ToDouble(), v), residual, dy, results[1]);
        AssertGradient(v => F(v, residual.ToDouble()), x, dy, results[2], before);
        AssertGradient(v => F(x.ToDouble(), v), residual, dy, results[3], beforeResidual);
        Trial.AssertSameBits(results[0], results[4]);
    }

    [Fact]
    public void Folded_scale_and_shift_give_what_the_running_statistics_say()
    {
        float[] gamma = [1, 2], beta = [3, -1], mean = [0.5f, 4], variance = [4, 0.25f];
        float[] scale = new float[2], shift = new float[2];
        fixed (float* g = gamma, b = beta, m = mean, v = variance, s = scale, t = shift)
        {
            BatchNorm.FoldScaleShift(g, b, m, v, 0, 2, s, t);
            Assert.Equal([0.5f, 4], scale);
            Assert.Equal([2.75f, -17], shift);
            BatchNorm.FoldScaleShift(g, b, m, v, 0, 2, g, b);
        }

        Assert.Equal(scale, gamma);
        Assert.Equal(shift, beta);
    }

    private static GuardedBlock Scratch(Memory memory, int rows, int c) => memory.Out(BatchNorm.ScratchLength(rows, c));

    private static void Forward(
        WorkerPool pool,
        Memory memory,
        float* x,
        int rows,
        int c,
        float* gamma,
        float* beta,
        float* runningMean,
        float* runningVariance,
        float* mean,
        float* inverse,
        GuardedBlock? residual,
        bool relu,
        float* y) =>
        BatchNorm.TrainingForward(
            pool, x, rows, c, gamma, beta, runningMean, runningVariance, Momentum, Epsilon, mean, inverse, residual, relu, y, Scratch(memory, rows, c));
}
