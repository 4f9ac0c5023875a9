using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

public sealed unsafe class DirectConvolutionTests : ConvolutionMemory
{
    public static TheoryData<ConvolutionShape> Shapes => new()
    {
        new ConvolutionShape(1, 5, 7, 3, 4, 3, 3, 1, 1),
        new ConvolutionShape(2, 9, 8, 16, 32, 3, 3, 1, 1),
        new ConvolutionShape(1, 16, 64, 32, 64, 3, 3, 1, 1),
        new ConvolutionShape(1, 64, 64, 16, 16, 3, 3, 1, 1),
        new ConvolutionShape(3, 8, 8, 40, 33, 3, 3, 1, 1),
        new ConvolutionShape(1, 8, 8, 300, 70, 3, 3, 1, 1),
        new ConvolutionShape(1, 40, 8, 264, 64, 3, 3, 1, 1),
        new ConvolutionShape(1, 6, 130, 8, 8, 3, 3, 1, 1),
        new ConvolutionShape(2, 32, 32, 3, 64, 7, 7, 2, 3),
        new ConvolutionShape(1, 33, 31, 5, 6, 7, 7, 2, 3),
        new ConvolutionShape(2, 16, 16, 32, 48, 3, 3, 2, 1),
        new ConvolutionShape(1, 15, 17, 8, 8, 3, 3, 2, 1),
        new ConvolutionShape(1, 12, 14, 512, 16, 3, 3, 2, 1),
        new ConvolutionShape(2, 16, 16, 24, 40, 1, 1, 2, 0),
        new ConvolutionShape(1, 16, 16, 64, 64, 1, 1),
        new ConvolutionShape(1, 9, 9, 1024, 32, 1, 1),
        new ConvolutionShape(1, 6, 5, 880, 40, 1, 1),
        new ConvolutionShape(2, 64, 3, 16, 1, 1, 1),
        new ConvolutionShape(2, 1, 1, 64, 32, 1, 1),
        new ConvolutionShape(1, 20, 20, 16, 32, 3, 3, 1, 6, 6),
        new ConvolutionShape(1, 64, 64, 8, 32, 3, 3, 1, 12, 12),
        new ConvolutionShape(2, 24, 40, 8, 8, 3, 3, 1, 18, 18),
        new ConvolutionShape(1, 7, 7, 4, 4, 3, 3, 1, 9, 9),
        new ConvolutionShape(1, 11, 13, 4, 6, 3, 3, 2, 4, 3),
        new ConvolutionShape(1, 11, 13, 4, 6, 2, 5, 3, 2),
        new ConvolutionShape(1, 10, 10, 4, 6, 4, 4, 2, 1),
        new ConvolutionShape(1, 10, 10, 4, 6, 3, 3, 1, 4),
        new ConvolutionShape(1, 12, 12, 6, 10, 3, 3, 3, 0),
        new ConvolutionShape(1, 5, 6, 264, 300, 3, 3, 1, 1),
        new ConvolutionShape(2, 4, 2, 3, 5, 7, 7, 2, 3),
        new ConvolutionShape(1, 3, 40, 800, 300, 1, 1),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_agrees_with_the_definition(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, w) = (Noise(s.InputLength, 1), Noise(s.WeightLength, 2));
        double[] expected = ConvolutionReference.Forward(s, x.Span, w.Span);
        float[] actual = Forward(pool, s, x, w, null, null, false);
        AssertClose(expected, actual, s.Taps * s.InChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Bias_residual_and_relu_are_applied_once(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var (x, w, bias, residual) = (Noise(s.InputLength, 1), Noise(s.WeightLength, 2), Noise(s.OutChannels, 3), Noise(s.OutputLength, 4));
        double[] expected = ConvolutionReference.Forward(s, x.Span, w.Span);
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = Math.Max(0, expected[i] + bias.Span[i % s.OutChannels] + residual.Span[i]);
        }

        AssertClose(expected, Forward(pool, s, x, w, bias, residual, true), s.Taps * s.InChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Data_gradient_agrees_with_the_definition(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var convolution = new DirectConvolution(s);
        var (dy, w) = (Noise(s.OutputLength, 5), Noise(s.WeightLength, 2));
        var packed = Buffer(convolution.DataGradientPackedLength);
        var scratch = Buffer(convolution.ScratchLength(pool.Threads));
        AlignedBuffer dx = Noise(s.InputLength, 6);
        double[] expected = ConvolutionReference.DataGradient(s, dy.Span, w.Span);
        convolution.PackForDataGradient(pool, w.Pointer, packed.Pointer);

        convolution.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate: false, dx.Pointer, scratch.Pointer);
        AssertClose(expected, dx.Span, s.Taps * s.OutChannels);

        convolution.DataGradient(pool, dy.Pointer, packed.Pointer, accumulate: true, dx.Pointer, scratch.Pointer);
        AssertClose([.. expected.Select(v => 2 * v)], dx.Span, s.Taps * s.OutChannels);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Weight_gradient_agrees_with_the_definition(ConvolutionShape s)
    {
        using var pool = new WorkerPool(2);
        var gradient = new WeightGradient(s);
        var (x, dy, dw) = (Noise(s.InputLength, 1), Noise(s.OutputLength, 5), Noise(s.WeightLength, 7));
        var scratch = Buffer(gradient.ScratchLength(pool.Threads));
        gradient.Run(pool, x.Pointer, dy.Pointer, dw.Pointer, scratch.Pointer);
        AssertClose(ConvolutionReference.WeightGradient(s, x.Span, dy.Span), dw.Span, s.N * s.OutH * s.OutW);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Results_do_not_depend_on_the_number_of_threads(ConvolutionShape s)
    {
        using var one = new WorkerPool(1);
        using var three = new WorkerPool(3);
        var (x, w, dy) = (Noise(s.InputLength, 1), Noise(s.WeightLength, 2), Noise(s.OutputLength, 5));
        Assert.Equal(Forward(one, s, x, w, null, null, false), Forward(three, s, x, w, null, null, false));

        var gradient = new WeightGradient(s);
        var (first, second) = (Buffer(s.WeightLength), Buffer(s.WeightLength));
        var scratch = Buffer(gradient.ScratchLength(3));
        gradient.Run(one, x.Pointer, dy.Pointer, first.Pointer, scratch.Pointer);
        gradient.Run(three, x.Pointer, dy.Pointer, second.Pointer, scratch.Pointer);
        Assert.Equal(first.Span.ToArray(), second.Span.ToArray());
    }

    [Fact]
    public void A_filter_larger_than_the_padded_input_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DirectConvolution(new ConvolutionShape(1, 4, 4, 1, 1, 7, 7)));

    private float[] Forward(WorkerPool pool, ConvolutionShape s, AlignedBuffer x, AlignedBuffer w, AlignedBuffer? bias, AlignedBuffer? residual, bool relu)
    {
        var convolution = new DirectConvolution(s);
        var packed = Buffer(convolution.PackedLength);
        var scratch = Buffer(convolution.ScratchLength(pool.Threads));
        AlignedBuffer y = Noise(s.OutputLength, 9);
        convolution.Pack(pool, w.Pointer, packed.Pointer);
        convolution.Forward(pool, x.Pointer, packed.Pointer, bias == null ? null : bias.Pointer, residual == null ? null : residual.Pointer, relu, y.Pointer, scratch.Pointer);
        return y.Span.ToArray();
    }
}
