using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class ResizeTests
{
    public static TheoryData<int, int, int, int, int, int, bool> Sizes
    {
        get
        {
            TheoryData<int, int, int, int, int, int, bool> data = new();
            foreach (bool align in new[] { false, true })
            {
                data.Add(1, 1, 1, 1, 1, 1, align);
                data.Add(1, 1, 1, 3, 5, 4, align);
                data.Add(2, 4, 3, 8, 8, 6, align);
                data.Add(1, 8, 8, 16, 64, 64, align);
                data.Add(1, 9, 7, 24, 4, 11, align);
                data.Add(1, 16, 16, 33, 4, 4, align);
                data.Add(2, 5, 6, 64, 13, 17, align);
                data.Add(1, 16, 16, 1, 64, 64, align);
                data.Add(1, 5, 5, 3, 1, 1, align);
                data.Add(1, 6, 6, 8, 6, 6, align);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_agrees_with_its_definition_and_its_gradient_with_differences(int n, int inH, int inW, int c, int outH, int outW, bool alignCorners)
    {
        float[] x = Noise(n * inH * inW * c, 1), dy = Noise(n * outH * outW * c, 2), before = Noise(x.Length, 3);
        var plan = new ResizePlan(inH, inW, outH, outW, alignCorners);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(dy.Length), dx = memory.Out(x.Length), added = memory.InOut(before);
            Resize.Forward(pool, plan, memory.In(x), n, c, y, c);
            Resize.Backward(pool, plan, memory.In(dy), c, n, c, dx, accumulate: false);
            Resize.Backward(pool, plan, memory.In(dy), c, n, c, added, accumulate: true);
            return [y, dx, added];
        });
        double[] F(double[] v) => Reference.Resize(v, n, inH, inW, c, outH, outW, alignCorners);
        AssertClose(F(x.ToDouble()), results[0]);
        AssertGradient(F, x, dy, results[1]);
        AssertGradient(F, x, dy, results[2], before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_is_the_transpose_of_forward(bool alignCorners)
    {
        const int inH = 7, inW = 6, outH = 20, outW = 15, c = 3;
        float[] x = Noise(inH * inW * c, 1), dy = Noise(outH * outW * c, 2);
        var plan = new ResizePlan(inH, inW, outH, outW, alignCorners);
        float[][] results = Trial.Run((pool, memory) =>
        {
            GuardedBlock y = memory.Out(dy.Length), dx = memory.Out(x.Length);
            Resize.Forward(pool, plan, memory.In(x), 1, c, y, c);
            Resize.Backward(pool, plan, memory.In(dy), c, 1, c, dx, accumulate: false);
            return [y, dx];
        });
        Assert.Equal(Reference.Dot(results[0].ToDouble(), dy.ToDouble()), Reference.Dot(x.ToDouble(), results[1].ToDouble()), 1e-5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(33)]
    public void A_slice_of_a_wider_tensor_is_written_and_read_without_touching_the_rest(int c)
    {
        const int inH = 3, inW = 4, outH = 6, outW = 9, before = 5, after = 2;
        int width = before + c + after;
        float[] x = Noise(inH * inW * c, 1), wide = Noise(outH * outW * width, 2);
        var plan = new ResizePlan(inH, inW, outH, outW, alignCorners: false);
        float[][] results = Trial.Run((pool, memory) =>
        {
            // The block ends with the last channel of the slice at the last pixel: nothing behind it may be touched.
            int used = wide.Length - before - after;
            GuardedBlock y = memory.InOut(wide[before..^after]), narrow = memory.Out(outH * outW * c), dx = memory.Out(x.Length), expected = memory.Out(x.Length);
            Resize.Forward(pool, plan, memory.In(x), 1, c, y, width);
            Resize.Forward(pool, plan, memory.In(x), 1, c, narrow, c);
            Resize.Backward(pool, plan, y, width, 1, c, dx, accumulate: false);
            Resize.Backward(pool, plan, narrow, c, 1, c, expected, accumulate: false);
            Assert.Equal(used, y.Length);
            return [y, narrow, dx, expected];
        });
        for (int i = 0; i < results[0].Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, width);
            float expected = channel < c ? results[1][(pixel * c) + channel] : wide[before + i];
            Assert.Equal(expected, results[0][i]);
        }

        Trial.AssertSameBits(results[3], results[2]);
    }

    [Fact]
    public void A_resize_to_the_same_size_changes_nothing()
    {
        float[] x = Noise(5 * 7 * 3, 1);
        foreach (bool align in new[] { false, true })
        {
            var plan = new ResizePlan(5, 7, 5, 7, align);
            float[] y = Trial.RunOne((pool, memory) =>
            {
                GuardedBlock result = memory.Out(x.Length);
                Resize.Forward(pool, plan, memory.In(x), 1, 3, result, 3);
                return result;
            });
            Trial.AssertSameBits(x, y);
        }
    }
}
