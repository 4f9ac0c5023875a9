namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// A 3 x 3 convolution of stride 1 that keeps the picture's size, at any dilation, with fewer multiplications than outputs times
/// taps: tiles of the input are transformed, multiplied with the transformed filter point by point, and transformed back
/// (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016).
/// </summary>
/// <remarks>
/// <para>Tensors are <c>[N, H, W, C]</c>, weights <c>[tap][in][out]</c>. Pixels of a tile are a dilation apart, so a dilated
/// convolution costs what an undilated one costs and no data is rearranged for it.</para>
/// <para>The constructor makes all tables; nothing after it allocates. An instance holds no weights and no results: one instance
/// may serve several layers of the same shape, on several threads as long as each has scratch memory of its own. Results do not
/// depend on the number of threads. Packed weights depend on the width of the machine's vectors and are not for keeping.</para>
/// <para>Pointers are not checked for the memory behind them. All but weights, bias and their gradients should start on a
/// boundary of <see cref="AlignedBuffer.Alignment"/> bytes, for speed only.</para>
/// </remarks>
public sealed unsafe class WinogradConvolution : IConvolution, IWeightGradient
{
    private readonly WinogradPasses _passes;
    private readonly WinogradFilter _forward;
    private readonly WinogradFilter _backward;

    /// <summary>Prepares a convolution.</summary>
    /// <param name="shape">Its extents; see <see cref="Supports"/>.</param>
    /// <param name="tile">The size of a tile.</param>
    /// <exception cref="ArgumentException">The shape is not one that <see cref="Supports"/> accepts.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1, or there is no such tile.</exception>
    public WinogradConvolution(ConvolutionShape shape, WinogradTile tile)
    {
        shape.Validate();
        if (!Supports(shape))
        {
            throw new ArgumentException($"{shape} is not a convolution that Winograd tiles can compute; use a direct one.", nameof(shape));
        }

        Shape = shape;
        Tile = tile;
        _passes = WinogradPasses.Create(shape, tile);
        _forward = new WinogradFilter(shape.InChannels, shape.OutChannels);
        _backward = new WinogradFilter(shape.OutChannels, shape.InChannels);
    }

    /// <summary>The extents of the convolution.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>The size of a tile.</summary>
    public WinogradTile Tile { get; }

    /// <summary>Floats of the packed filter for <see cref="Forward"/>.</summary>
    public long PackedLength => _passes.PackedLength(_forward);

    /// <summary>Floats of the packed filter for <see cref="DataGradient"/>.</summary>
    public long DataGradientPackedLength => _passes.PackedLength(_backward);

    /// <summary>Whether Winograd tiles can compute a convolution: 3 x 3, stride 1, padding equal to dilation, input channels a
    /// multiple of 16 and output channels a multiple of 32.</summary>
    /// <param name="shape">The extents.</param>
    public static bool Supports(ConvolutionShape shape) =>
        shape is { KernelH: 3, KernelW: 3, Stride: 1 } && shape.Padding == shape.Dilation
        && shape.InChannels % WinogradBlock.Lanes == 0 && shape.OutChannels % WinogradFilter.ColumnStep == 0;

    /// <summary>Floats of scratch memory for any of the passes.</summary>
    /// <param name="threads">Threads of the pool.</param>
    public long ScratchLength(int threads) =>
        Math.Max(Math.Max(ForwardScratchLength(threads), _passes.ConvolveScratch(_backward, threads)), WeightGradientScratchLength(threads));

    /// <summary>Floats of scratch memory for <see cref="Forward"/>, all that inference needs.</summary>
    /// <param name="threads">Threads of the pool.</param>
    public long ForwardScratchLength(int threads) => _passes.ConvolveScratch(_forward, threads);

    /// <summary>Floats of scratch memory for <see cref="WeightGradient"/>.</summary>
    /// <param name="threads">Threads of the pool.</param>
    public long WeightGradientScratchLength(int threads) => _passes.WeightGradientScratch(threads);

    /// <summary>Transforms a filter for <see cref="Forward"/>.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="weights">The filter, <c>[tap][in][out]</c>.</param>
    /// <param name="packed">Overwritten: <see cref="PackedLength"/> floats.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public void Pack(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(packed);
        _passes.Pack(pool, _forward, weights, packed);
    }

    /// <summary>Transforms a filter for <see cref="DataGradient"/>.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="weights">The filter, <c>[tap][in][out]</c>.</param>
    /// <param name="packed">Overwritten: <see cref="DataGradientPackedLength"/> floats.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public void PackForDataGradient(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(packed);
        _passes.PackTransposed(pool, _backward, weights, packed);
    }

    /// <summary>y = relu(conv(x) + bias + residual), each of the last three optional.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input, <c>[N, H, W, InChannels]</c>; not the memory of <paramref name="y"/>.</param>
    /// <param name="packed">The filter, from <see cref="Pack"/>.</param>
    /// <param name="bias"><c>[OutChannels]</c>, or null.</param>
    /// <param name="residual">Of the output's shape, or null; may be <paramref name="y"/>, which then accumulates.</param>
    /// <param name="relu">Whether negative outputs become 0.</param>
    /// <param name="y">Overwritten: the output, <c>[N, H, W, OutChannels]</c>.</param>
    /// <param name="scratch"><see cref="ForwardScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentNullException">An argument other than bias and residual is null.</exception>
    public void Forward(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(packed);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(scratch);
        _passes.Convolve(pool, _forward, x, packed, new WinogradEpilogue(y, bias, residual, relu), scratch);
    }

    /// <summary>The gradient of the input: dx = addend + the convolution of dy with the flipped, transposed filter.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">The gradient of the output, <c>[N, H, W, OutChannels]</c>; not the memory of <paramref name="dx"/>.</param>
    /// <param name="packed">The filter, from <see cref="PackForDataGradient"/>.</param>
    /// <param name="addend">A gradient to add, of the input's shape, or null; may be <paramref name="dx"/>, which then accumulates.</param>
    /// <param name="dx">Overwritten: the gradient of the input, <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentNullException">An argument other than <paramref name="addend"/> is null.</exception>
    public void DataGradient(WorkerPool pool, float* dy, float* packed, float* addend, float* dx, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(packed);
        ArgumentNullException.ThrowIfNull(dx);
        ArgumentNullException.ThrowIfNull(scratch);
        _passes.Convolve(pool, _backward, dy, packed, new WinogradEpilogue(dx, null, addend, relu: false), scratch);
    }

    /// <summary>The gradient of the filter: the exact adjoint of <see cref="Forward"/> without ReLU.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input, <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="dy">The gradient of the output, <c>[N, H, W, OutChannels]</c>.</param>
    /// <param name="dw">Overwritten: the gradient of the filter, <c>[tap][in][out]</c>.</param>
    /// <param name="scratch"><see cref="WeightGradientScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public void WeightGradient(WorkerPool pool, float* x, float* dy, float* dw, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dw);
        ArgumentNullException.ThrowIfNull(scratch);
        _passes.WeightGradient(pool, x, dy, dw, scratch);
    }

    long IWeightGradient.ScratchLength(int threads) => WeightGradientScratchLength(threads);

    long IConvolution.ScratchLength(int threads) => Math.Max(_passes.ConvolveScratch(_forward, threads), _passes.ConvolveScratch(_backward, threads));

    void IConvolution.DataGradient(WorkerPool pool, float* dy, float* packed, bool accumulate, float* dx, float* scratch) =>
        DataGradient(pool, dy, packed, accumulate ? dx : null, dx, scratch);

    void IWeightGradient.Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch) => WeightGradient(pool, x, dy, dw, scratch);
}
