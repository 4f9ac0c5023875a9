using Retort.Numerics.Kernels;
using Retort.Numerics.Tests.Support;
using static Retort.Numerics.Tests.Support.Numbers;

namespace Retort.Numerics.Tests.Kernels;

public sealed unsafe class TapSumTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 3, 1)]
    [InlineData(2, 5, 7, 3, 3, 1)]
    [InlineData(1, 9, 6, 17, 3, 2)]
    [InlineData(2, 4, 3, 33, 5, 1)]
    [InlineData(1, 8, 8, 64, 1, 1)]
    [InlineData(1, 7, 12, 16, 3, 6)]
    public void Sum_is_over_the_taps_inside_the_picture(int n, int h, int w, int c, int kernel, int dilation)
    {
        float[] taps = Noise(n * kernel * kernel * c, 1);
        float[] y = Trial.RunOne((pool, memory) =>
        {
            GuardedBlock to = memory.Out(n * h * w * c);
            TapSum.Run(pool, memory.In(taps), n, h, w, c, kernel, dilation, to);
            return to;
        });

        var expected = new double[y.Length];
        for (int i = 0; i < y.Length; i++)
        {
            (int channel, int x, int row, int picture) = (i % c, i / c % w, i / c / w % h, i / c / w / h);
            for (int tap = 0; tap < kernel * kernel; tap++)
            {
                int iy = row + (((tap / kernel) - (kernel / 2)) * dilation), ix = x + (((tap % kernel) - (kernel / 2)) * dilation);
                expected[i] += iy >= 0 && iy < h && ix >= 0 && ix < w ? taps[(((picture * kernel * kernel) + tap) * c) + channel] : 0;
            }
        }

        AssertClose(expected, y, 1e-5, 1e-5);
    }

    [Fact]
    public void A_filter_without_a_middle_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TapSum.Run(new WorkerPool(1), (float*)64, 1, 4, 4, 4, 2, 1, (float*)64));
}
