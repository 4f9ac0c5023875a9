using System.Runtime.InteropServices;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

public sealed class WinogradConvolutionTests : IDisposable
{
    private const int Threads = 3;

    private readonly WorkerPool _pool = new(Threads);

    /// <summary>Every tile size with: ragged tiles, pictures smaller than a tile, dilations beyond the picture, batches, channels
    /// that are odd multiples of 16, blocks of tiles both local and shared.</summary>
    public static TheoryData<WinogradTile, int, int, int, int, int, int> Cases()
    {
        (int N, int H, int W, int In, int Out, int Dilation)[] extents =
        [
            (1, 1, 1, 16, 32, 1), (1, 7, 5, 16, 32, 1), (2, 13, 9, 48, 64, 1), (3, 8, 8, 32, 96, 1), (1, 41, 45, 16, 32, 1), (1, 64, 3, 80, 32, 1),
            (1, 20, 17, 16, 32, 2), (3, 16, 16, 16, 32, 6), (1, 30, 26, 48, 32, 12), (2, 7, 5, 16, 32, 12), (1, 21, 40, 32, 32, 18),
            (1, 8, 8, 528, 64, 1), (1, 6, 7, 32, 544, 1),
        ];
        var cases = new TheoryData<WinogradTile, int, int, int, int, int, int>();
        foreach (WinogradTile tile in Enum.GetValues<WinogradTile>())
        {
            foreach (var (n, h, w, inChannels, outChannels, dilation) in extents)
            {
                cases.Add(tile, n, h, w, inChannels, outChannels, dilation);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_equals_the_definition(WinogradTile tile, int n, int h, int w, int inChannels, int outChannels, int dilation)
    {
        using WinogradCase test = Case(tile, n, h, w, inChannels, outChannels, dilation);
        test.Forward(_pool);
        AssertClose(tile, test.Y, WinogradReference.Forward(test.Shape, test.X.Span, test.Weights.Span));
        test.AssertGuardsIntact();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Data_gradient_equals_the_definition(WinogradTile tile, int n, int h, int w, int inChannels, int outChannels, int dilation)
    {
        using WinogradCase test = Case(tile, n, h, w, inChannels, outChannels, dilation);
        test.DataGradient(_pool);
        AssertClose(tile, test.DX, WinogradReference.DataGradient(test.Shape, test.DY.Span, test.Weights.Span));
        test.AssertGuardsIntact();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weight_gradient_equals_the_definition(WinogradTile tile, int n, int h, int w, int inChannels, int outChannels, int dilation)
    {
        using WinogradCase test = Case(tile, n, h, w, inChannels, outChannels, dilation);
        test.WeightGradient(_pool);
        AssertClose(tile, test.DW, WinogradReference.WeightGradient(test.Shape, test.X.Span, test.DY.Span));
        test.AssertGuardsIntact();
    }

    [Theory]
    [InlineData(WinogradTile.F4, 52, 304, 32, 1, 2)]
    [InlineData(WinogradTile.F2, 33, 48, 288, 3, 3)]
    [InlineData(WinogradTile.F3, 46, 16, 256, 3, 3)]
    [InlineData(WinogradTile.F4, 49, 48, 288, 2, 2)]
    [InlineData(WinogradTile.F4, 89, 16, 64, 2, 6)]
    public void Weight_gradient_in_blocks_and_runs_equals_the_definition(WinogradTile tile, int extent, int inChannels, int outChannels, int blocks, int runs)
    {
        (int outputs, int points) = tile switch { WinogradTile.F2 => (2, 16), WinogradTile.F3 => (3, 25), _ => (4, 36) };
        int side = (extent + outputs - 1) / outputs;
        var cut = new WinogradGradientCut(side * side, points, inChannels, outChannels, _pool.Threads);
        Assert.Equal((blocks, runs), (cut.Blocks, (cut.Tiles + cut.TilesPerRun - 1) / cut.TilesPerRun));

        using WinogradCase test = Case(tile, 1, extent, extent, inChannels, outChannels, 1);
        test.WeightGradient(_pool);
        AssertClose(tile, test.DW, WinogradReference.WeightGradient(test.Shape, test.X.Span, test.DY.Span));
        test.AssertGuardsIntact();
    }

    [Theory]
    [InlineData(WinogradTile.F2, 33, 1264)]
    [InlineData(WinogradTile.F4, 66, 544)]
    public void Forward_with_shared_blocks_and_several_depth_blocks_equals_the_definition(WinogradTile tile, int extent, int inChannels)
    {
        using WinogradCase test = Case(tile, 1, extent, extent, inChannels, 32, 1);
        test.Forward(_pool);
        AssertClose(tile, test.Y, WinogradReference.Forward(test.Shape, test.X.Span, test.Weights.Span));
        test.AssertGuardsIntact();
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void Bias_residual_and_ReLU_follow_the_convolution(bool bias, bool residual, bool relu)
    {
        foreach (int extent in new[] { 9, 43 })
        {
            using WinogradCase test = Case(WinogradTile.F4, 2, extent, extent + 2, 32, 64, 1);
            test.Forward(_pool, bias, residual ? test.Residual : null, relu);
            AssertClose(WinogradTile.F4, test.Y, WithEpilogue(test, bias, residual ? test.Residual.Span : default, relu));
        }
    }

    [Fact]
    public void Forward_accumulates_when_the_residual_is_the_output()
    {
        using WinogradCase test = Case(WinogradTile.F4, 1, 43, 41, 32, 64, 2);
        test.Residual.Span.CopyTo(test.Y.Span);
        test.Forward(_pool, bias: true, residual: test.Y, relu: true);
        AssertClose(WinogradTile.F4, test.Y, WithEpilogue(test, bias: true, test.Residual.Span, relu: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_gradient_adds_to_another_gradient(bool inPlace)
    {
        using WinogradCase test = Case(WinogradTile.F3, 1, 43, 41, 48, 64, 1);
        double[] expected = WinogradReference.DataGradient(test.Shape, test.DY.Span, test.Weights.Span);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] += test.Addend.Span[i];
        }

        test.Addend.Span.CopyTo(test.DX.Span);
        test.DataGradient(_pool, inPlace ? test.DX : test.Addend);
        AssertClose(WinogradTile.F3, test.DX, expected);
    }

    [Theory]
    [InlineData(WinogradTile.F2, 8, 64, 192)]
    [InlineData(WinogradTile.F3, 40, 48, 64)]
    [InlineData(WinogradTile.F4, 61, 32, 64)]
    [InlineData(WinogradTile.F4, 40, 304, 128)]
    public void Results_are_the_same_bits_for_any_number_of_threads(WinogradTile tile, int extent, int inChannels, int outChannels)
    {
        ConvolutionShape shape = Shape(1, extent, extent - 1, inChannels, outChannels, 1);
        using var one = new WorkerPool(1);
        using var alone = new WinogradCase(shape, tile, 1);
        Run(alone, one);
        foreach (int threads in new[] { 2, 3, 5 })
        {
            using var several = new WorkerPool(threads);
            using var together = new WinogradCase(shape, tile, threads);
            Run(together, several);
            Assert.Equal(Bits(alone.Y), Bits(together.Y));
            Assert.Equal(Bits(alone.DX), Bits(together.DX));
            Assert.Equal(Bits(alone.DW), Bits(together.DW));
            Assert.Equal(Bits(alone.Packed), Bits(together.Packed));
            Assert.Equal(Bits(alone.PackedForDataGradient), Bits(together.PackedForDataGradient));
        }

        static void Run(WinogradCase test, WorkerPool pool)
        {
            test.Forward(pool, bias: true, test.Residual, relu: true);
            test.DataGradient(pool);
            test.WeightGradient(pool);
        }

        static int[] Bits(AlignedBuffer buffer) => MemoryMarshal.Cast<float, int>(buffer.Span).ToArray();
    }

    [Theory]
    [InlineData(WinogradTile.F2, 8e-7)]
    [InlineData(WinogradTile.F3, 1.8e-6)]
    [InlineData(WinogradTile.F4, 2.2e-6)]
    public void Points_keep_rounding_small_over_256_channels(WinogradTile tile, double bound)
    {
        // F4 at the customary points 0, 1, -1, 2, -2 has an error of 3.0e-6; at those used it has 1.4e-6.
        using WinogradCase test = Case(tile, 1, 24, 24, 256, 64, 1);
        test.Forward(_pool);
        (double rms, _) = WinogradReference.Error(test.Y.Span, WinogradReference.Forward(test.Shape, test.X.Span, test.Weights.Span));
        Assert.InRange(rms, 0, bound);
    }

    [Theory]
    [InlineData(16, 32, 3, 1, 1, 1, true)]
    [InlineData(16, 32, 3, 1, 18, 18, true)]
    [InlineData(1024, 256, 3, 1, 1, 1, true)]
    [InlineData(3, 32, 3, 1, 1, 1, false)]
    [InlineData(16, 16, 3, 1, 1, 1, false)]
    [InlineData(16, 32, 1, 1, 1, 1, false)]
    [InlineData(16, 32, 3, 2, 1, 1, false)]
    [InlineData(16, 32, 3, 1, 0, 1, false)]
    [InlineData(16, 32, 3, 1, 1, 2, false)]
    public void Supports_3_by_3_same_convolutions_of_whole_vectors(int inChannels, int outChannels, int kernel, int stride, int padding, int dilation, bool expected)
    {
        var shape = new ConvolutionShape(1, 32, 32, inChannels, outChannels, kernel, kernel, stride, padding, dilation);
        Assert.Equal(expected, WinogradConvolution.Supports(shape));
        if (!expected)
        {
            Assert.Throws<ArgumentException>(() => new WinogradConvolution(shape, WinogradTile.F4));
        }
    }

    public void Dispose() => _pool.Dispose();

    private static ConvolutionShape Shape(int n, int h, int w, int inChannels, int outChannels, int dilation) =>
        new(n, h, w, inChannels, outChannels, 3, 3, 1, dilation, dilation);

    private static WinogradCase Case(WinogradTile tile, int n, int h, int w, int inChannels, int outChannels, int dilation) =>
        new(Shape(n, h, w, inChannels, outChannels, dilation), tile, Threads);

    private static double[] WithEpilogue(WinogradCase test, bool bias, ReadOnlySpan<float> residual, bool relu)
    {
        double[] expected = WinogradReference.Forward(test.Shape, test.X.Span, test.Weights.Span);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] += (bias ? test.Bias.Span[i % test.Shape.OutChannels] : 0) + (residual.IsEmpty ? 0 : residual[i]);
            expected[i] = relu ? Math.Max(0, expected[i]) : expected[i];
        }

        return expected;
    }

    // About twice what each tile was measured to lose over a sum of some hundred terms.
    private static void AssertClose(WinogradTile tile, AlignedBuffer actual, double[] expected)
    {
        (double rms, double max) = WinogradReference.Error(actual.Span, expected);
        double tolerance = tile switch { WinogradTile.F2 => 2e-6, WinogradTile.F3 => 4e-6, WinogradTile.F4 => 5e-6, _ => 2e-5 };
        Assert.True(rms < tolerance, $"rms error {rms:E2}");
        Assert.True(max < 20 * tolerance, $"largest error {max:E2}");
    }
}
