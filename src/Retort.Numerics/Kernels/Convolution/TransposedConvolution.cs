namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// A transposed convolution whose filters tile the output: side, step and distance of the filters are the same, so every output pixel
/// meets one tap, and each tap is a 1 x 1 convolution to every step-th pixel.
/// </summary>
/// <remarks>
/// It is the gradient of a convolution, its <i>adjoint</i>, with forward and backward exchanged, and computed by that one's tables. The
/// filter is the adjoint's too: <c>[tap][out][in]</c>, seen from here.
/// </remarks>
public sealed unsafe class TransposedConvolution : IConvolution, IWeightGradient
{
    private readonly ConvolutionShape _adjoint;
    private readonly TapConvolution[] _forward;
    private readonly TapConvolution _gradient;
    private readonly WeightGradient _weights;

    /// <summary>Plans a transposed convolution.</summary>
    /// <param name="adjoint">The convolution that takes an output of this one to an input of it: <c>[N, H, W, InChannels]</c> is the output here.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape makes no output.</exception>
    /// <exception cref="ArgumentException">Its filters do not tile the output.</exception>
    public TransposedConvolution(ConvolutionShape adjoint)
    {
        adjoint.Validate();
        if (adjoint.KernelH != adjoint.Stride || adjoint.KernelW != adjoint.Stride || adjoint.Padding != 0 || adjoint.Dilation != 1
            || adjoint.H % adjoint.Stride != 0 || adjoint.W % adjoint.Stride != 0)
        {
            throw new ArgumentException($"The filters of a transposed convolution must tile its output; those of {adjoint} do not.", nameof(adjoint));
        }

        _adjoint = adjoint;
        _forward = [.. TapGeometry.DataGradient(adjoint).Select(phase => new TapConvolution(phase))];
        _gradient = new TapConvolution(TapGeometry.Forward(adjoint));
        _weights = new WeightGradient(adjoint);
    }

    /// <inheritdoc/>
    public long PackedLength => _forward.Sum(phase => phase.PackedLength);

    /// <inheritdoc/>
    public long DataGradientPackedLength => _gradient.PackedLength;

    /// <inheritdoc cref="IConvolution.ScratchLength"/>
    public long ScratchLength(int threads) =>
        Math.Max(_weights.ScratchLength(threads), Math.Max(_gradient.ScratchLength(threads), _forward.Max(phase => phase.ScratchLength(threads))));

    /// <inheritdoc/>
    public void Pack(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        foreach (TapConvolution phase in _forward)
        {
            phase.Pack(pool, weights, TapStride, 1, _adjoint.OutChannels, packed);
            packed += phase.PackedLength;
        }
    }

    /// <inheritdoc/>
    public void PackForDataGradient(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _gradient.Pack(pool, weights, TapStride, _adjoint.OutChannels, 1, packed);
    }

    /// <inheritdoc/>
    public void Forward(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);

        // The output is written before the residual is read: a residual in place is what accumulation means.
        bool accumulate = residual == y && residual != null;
        foreach (TapConvolution phase in _forward)
        {
            phase.Run(pool, x, packed, bias, accumulate ? null : residual, relu, accumulate, y, scratch);
            packed += phase.PackedLength;
        }
    }

    /// <inheritdoc/>
    public void DataGradient(WorkerPool pool, float* dy, float* packed, bool accumulate, float* dx, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _gradient.Run(pool, dy, packed, null, null, relu: false, accumulate, dx, scratch);
    }

    /// <inheritdoc/>
    public void Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch) => _weights.Run(pool, dy, x, dw, scratch);

    private nint TapStride => (nint)_adjoint.InChannels * _adjoint.OutChannels;
}
