namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// A convolution of any filter, stride, padding and dilation, computed directly: as many multiplications as its definition has.
/// </summary>
/// <remarks>An instance plans one shape: it holds tables, no data. Filters are packed once a change; see <see cref="Pack"/>.</remarks>
public sealed unsafe class DirectConvolution : IConvolution
{
    private readonly ConvolutionShape _shape;
    private readonly TapConvolution _forward;
    private readonly TapConvolution[] _gradient;
    private readonly TapGeometry[] _phases;

    /// <summary>Plans a convolution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape makes no output.</exception>
    public DirectConvolution(ConvolutionShape shape)
    {
        shape.Validate();
        _shape = shape;
        _forward = new TapConvolution(TapGeometry.Forward(shape));
        _phases = TapGeometry.DataGradient(shape);
        _gradient = [.. _phases.Select(p => new TapConvolution(p))];
    }

    /// <inheritdoc/>
    public long PackedLength => _forward.PackedLength;

    /// <inheritdoc/>
    public long DataGradientPackedLength => _gradient.Sum(p => p.PackedLength);

    /// <inheritdoc/>
    public long ScratchLength(int threads) => Math.Max(_forward.ScratchLength(threads), _gradient.Max(p => p.ScratchLength(threads)));

    /// <inheritdoc/>
    public void Pack(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _forward.Pack(pool, weights, (nint)_shape.InChannels * _shape.OutChannels, _shape.OutChannels, 1, packed);
    }

    /// <inheritdoc/>
    public void PackForDataGradient(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        foreach (TapConvolution phase in _gradient)
        {
            phase.Pack(pool, weights, (nint)_shape.InChannels * _shape.OutChannels, 1, _shape.OutChannels, packed);
            packed += phase.PackedLength;
        }
    }

    /// <inheritdoc/>
    public void Forward(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);

        // The output is written before the residual is read: a residual in place is what accumulation means.
        bool accumulate = residual == y && residual != null;
        _forward.Run(pool, x, packed, bias, accumulate ? null : residual, relu, accumulate, y, scratch);
    }

    /// <inheritdoc/>
    public void DataGradient(WorkerPool pool, float* dy, float* packed, bool accumulate, float* dx, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (!accumulate && Array.Exists(_phases, p => p.Taps.Length == 0))
        {
            // Pixels no output reads.
            new Span<float>(dx, checked((int)_shape.InputLength)).Clear();
        }

        for (int i = 0; i < _gradient.Length; i++)
        {
            if (_phases[i].Taps.Length > 0)
            {
                _gradient[i].Run(pool, dy, packed, null, null, relu: false, accumulate, dx, scratch);
                packed += _gradient[i].PackedLength;
            }
        }
    }
}
