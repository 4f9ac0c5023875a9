using Retort.Numerics.Kernels.Convolution;

namespace Retort.Numerics.Tests.Convolution;

/// <summary>A convolution with random tensors. All memory ends in a guard, and what a kernel is to write starts as NaN. It lives until it is disposed.</summary>
internal sealed unsafe class WinogradCase : IDisposable
{
    private const int Guard = 64;
    private const float Sentinel = 12345.678f;

    private readonly List<(AlignedBuffer Buffer, int Length)> _buffers = [];

    public WinogradCase(ConvolutionShape shape, WinogradTile tile, int threads)
    {
        Shape = shape;
        Convolution = new WinogradConvolution(shape, tile);
        var random = new Random(7);
        X = Normal(shape.InputLength, 1);
        DY = Normal(shape.OutputLength, 1);
        Residual = Normal(shape.OutputLength, 1);
        Addend = Normal(shape.InputLength, 1);
        Weights = Normal(shape.WeightLength, 1 / Math.Sqrt(9 * shape.InChannels));
        Bias = Normal(shape.OutChannels, 1);
        Y = Empty(shape.OutputLength);
        DX = Empty(shape.InputLength);
        DW = Empty(shape.WeightLength);
        Packed = Empty(Convolution.PackedLength);
        PackedForDataGradient = Empty(Convolution.DataGradientPackedLength);
        Scratch = Empty(Convolution.ScratchLength(threads));

        AlignedBuffer Normal(long length, double deviation)
        {
            AlignedBuffer buffer = Empty(length);
            for (int i = 0; i < length; i++)
            {
                buffer.Pointer[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            }

            return buffer;
        }
    }

    public ConvolutionShape Shape { get; }

    public WinogradConvolution Convolution { get; }

    public AlignedBuffer X { get; }

    public AlignedBuffer DY { get; }

    public AlignedBuffer Residual { get; }

    public AlignedBuffer Addend { get; }

    public AlignedBuffer Weights { get; }

    public AlignedBuffer Bias { get; }

    public AlignedBuffer Y { get; }

    public AlignedBuffer DX { get; }

    public AlignedBuffer DW { get; }

    public AlignedBuffer Packed { get; }

    public AlignedBuffer PackedForDataGradient { get; }

    public AlignedBuffer Scratch { get; }

    public void Forward(WorkerPool pool, bool bias = false, AlignedBuffer? residual = null, bool relu = false)
    {
        Convolution.Pack(pool, Weights.Pointer, Packed.Pointer);
        Convolution.Forward(
            pool, X.Pointer, Packed.Pointer, bias ? Bias.Pointer : null, residual == null ? null : residual.Pointer, relu, Y.Pointer, Scratch.Pointer);
    }

    public void DataGradient(WorkerPool pool, AlignedBuffer? addend = null)
    {
        Convolution.PackForDataGradient(pool, Weights.Pointer, PackedForDataGradient.Pointer);
        Convolution.DataGradient(pool, DY.Pointer, PackedForDataGradient.Pointer, addend == null ? null : addend.Pointer, DX.Pointer, Scratch.Pointer);
    }

    public void WeightGradient(WorkerPool pool) => Convolution.WeightGradient(pool, X.Pointer, DY.Pointer, DW.Pointer, Scratch.Pointer);

    public void AssertGuardsIntact()
    {
        foreach ((AlignedBuffer buffer, int length) in _buffers)
        {
            Assert.All(buffer.Span[length..].ToArray(), value => Assert.Equal(Sentinel, value));
        }
    }

    public void Dispose() => _buffers.ForEach(b => b.Buffer.Release());

    private AlignedBuffer Empty(long length)
    {
        var buffer = new AlignedBuffer(length + Guard);
        buffer.Span[..(int)length].Fill(float.NaN);
        buffer.Span[(int)length..].Fill(Sentinel);
        _buffers.Add((buffer, (int)length));
        return buffer;
    }
}
