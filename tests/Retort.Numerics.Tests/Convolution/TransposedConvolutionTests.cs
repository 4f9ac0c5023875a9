using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

public sealed unsafe class TransposedConvolutionTests : ConvolutionMemory
{
    // Adjoints: the input of each is the output of the transposed convolution.
    public static TheoryData<ConvolutionShape> Shapes => new()
    {
        new ConvolutionShape(1, 2, 2, 1, 1, 2, 2, 2),
        new ConvolutionShape(2, 6, 10, 3, 5, 2, 2, 2),
        new ConvolutionShape(2, 16, 16, 32, 64, 2, 2, 2),
        new ConvolutionShape(1, 8, 16, 33, 70, 2, 2, 2),
        new ConvolutionShape(1, 16, 16, 40, 600, 2, 2, 2),
        new ConvolutionShape(1, 64, 64, 16, 32, 2, 2, 2),
        new ConvolutionShape(3, 9, 6, 7, 4, 3, 3, 3),
        new ConvolutionShape(1, 8, 8, 8, 24, 4, 4, 4),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_is_the_data_gradient_of_its_adjoint(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, w) = (Noise(s.OutputLength, 1), Noise(s.WeightLength, 2));
        AssertClose(ConvolutionReference.DataGradient(s, x.Span, w.Span), Forward(pool, s, x, w, null, null, false), s.OutChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Bias_residual_and_relu_are_applied_once(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, w, bias, residual) = (Noise(s.OutputLength, 1), Noise(s.WeightLength, 2), Noise(s.InChannels, 3), Noise(s.InputLength, 4));
        double[] expected = ConvolutionReference.DataGradient(s, x.Span, w.Span);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = Math.Max(0, expected[i] + bias.Span[i % s.InChannels] + residual.Span[i]);
        }

        AssertClose(expected, Forward(pool, s, x, w, bias, residual, true), s.OutChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_residual_in_the_place_of_the_output_is_added_to(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, w, y) = (Noise(s.OutputLength, 1), Noise(s.WeightLength, 2), Noise(s.InputLength, 4));
        double[] expected = [.. ConvolutionReference.DataGradient(s, x.Span, w.Span).Zip(y.Span.ToArray(), (a, b) => a + b)];
        var convolution = new TransposedConvolution(s);
        var (packed, scratch) = (Buffer(convolution.PackedLength), Buffer(convolution.ScratchLength(pool.Threads)));
        convolution.Pack(pool, w.Pointer, packed.Pointer);
        convolution.Forward(pool, x.Pointer, packed.Pointer, null, y.Pointer, false, y.Pointer, scratch.Pointer);
        AssertClose(expected, y.Span, s.OutChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Data_gradient_is_the_forward_pass_of_its_adjoint(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var convolution = new TransposedConvolution(s);
        var (dy, w, dx) = (Noise(s.InputLength, 5), Noise(s.WeightLength, 2), Noise(s.OutputLength, 6));
        var (packed, scratch) = (Buffer(convolution.DataGradientPackedLength), Buffer(convolution.ScratchLength(pool.Threads)));
        double[] expected = ConvolutionReference.Forward(s, dy.Span, w.Span);
        convolution.PackForDataGradient(pool, w.Pointer, packed.Pointer);

        convolution.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate: false, dx.Pointer, scratch.Pointer);
        AssertClose(expected, dx.Span, s.Taps * s.InChannels);

        convolution.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate: true, dx.Pointer, scratch.Pointer);
        AssertClose([.. expected.Select(v => 2 * v)], dx.Span, s.Taps * s.InChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weight_gradient_is_that_of_its_adjoint_with_input_and_output_exchanged(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, dy) = (Noise(s.OutputLength, 1), Noise(s.InputLength, 5));
        AssertClose(ConvolutionReference.WeightGradient(s, dy.Span, x.Span), WeightGradient(pool, s, x, dy), s.N * s.OutH * s.OutW);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Results_do_not_depend_on_the_number_of_threads(ConvolutionShape s)
    {
        using var one = new WorkerPool(1);
        using var three = new WorkerPool(3);
        var (x, w, dy) = (Noise(s.OutputLength, 1), Noise(s.WeightLength, 2), Noise(s.InputLength, 5));
        Assert.Equal(Forward(one, s, x, w, null, null, false), Forward(three, s, x, w, null, null, false));
        Assert.Equal(WeightGradient(one, s, x, dy), WeightGradient(three, s, x, dy));
    }

    [Theory]
    [InlineData(8, 3, 2, 0, 1)]
    [InlineData(8, 2, 2, 1, 1)]
    [InlineData(8, 2, 2, 0, 2)]
    [InlineData(8, 2, 1, 0, 1)]
    [InlineData(9, 2, 2, 0, 1)]
    public void Filters_that_do_not_tile_the_output_are_refused(int size, int kernel, int stride, int padding, int dilation) =>
        Assert.Throws<ArgumentException>(() => new TransposedConvolution(new ConvolutionShape(1, size, size, 2, 2, kernel, kernel, stride, padding, dilation)));

    private float[] Forward(WorkerPool pool, ConvolutionShape s, AlignedBuffer x, AlignedBuffer w, AlignedBuffer? bias, AlignedBuffer? residual, bool relu)
    {
        var convolution = new TransposedConvolution(s);
        var (packed, scratch) = (Buffer(convolution.PackedLength), Buffer(convolution.ScratchLength(pool.Threads)));
        AlignedBuffer y = Noise(s.InputLength, 9);
        convolution.Pack(pool, w.Pointer, packed.Pointer);
        convolution.Forward(pool, x.Pointer, packed.Pointer, bias == null ? null : bias.Pointer, residual == null ? null : residual.Pointer, relu, y.Pointer, scratch.Pointer);
        return y.Span.ToArray();
    }

    private float[] WeightGradient(WorkerPool pool, ConvolutionShape s, AlignedBuffer x, AlignedBuffer dy)
    {
        var convolution = new TransposedConvolution(s);
        AlignedBuffer dw = Noise(s.WeightLength, 7);
        convolution.Run(pool, x.Pointer, dy.Pointer, dw.Pointer, Buffer(convolution.ScratchLength(pool.Threads)).Pointer);
        return dw.Span.ToArray();
    }
}
