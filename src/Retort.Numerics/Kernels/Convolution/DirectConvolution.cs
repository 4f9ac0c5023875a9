namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// A convolution of any filter, stride, padding and dilation, computed directly: as many multiplications as its definition has.
/// </summary>
/// <remarks>An instance plans one shape: it holds tables, no data. Filters are packed once a change; see <see cref="Pack"/>.</remarks>
public sealed unsafe class DirectConvolution
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

    /// <summary>Floats of the filter packed for <see cref="Forward"/>.</summary>
    public long PackedLength => _forward.PackedLength;

    /// <summary>Floats of the filter packed for <see cref="DataGradient"/>.</summary>
    public long DataGradientPackedLength => _gradient.Sum(p => p.PackedLength);

    /// <summary>Floats of scratch memory that <see cref="Forward"/> and <see cref="DataGradient"/> need.</summary>
    public long ScratchLength(int threads) => Math.Max(_forward.ScratchLength(threads), _gradient.Max(p => p.ScratchLength(threads)));

    /// <summary>Packs a filter <c>[tap][in][out]</c> for <see cref="Forward"/>.</summary>
    public void Pack(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        _forward.Pack(pool, weights, (nint)_shape.InChannels * _shape.OutChannels, _shape.OutChannels, 1, packed);
    }

    /// <summary>Packs a filter <c>[tap][in][out]</c> for <see cref="DataGradient"/>.</summary>
    public void PackForDataGradient(WorkerPool pool, float* weights, float* packed)
    {
        ArgumentNullException.ThrowIfNull(pool);
        foreach (TapConvolution phase in _gradient)
        {
            phase.Pack(pool, weights, (nint)_shape.InChannels * _shape.OutChannels, 1, _shape.OutChannels, packed);
            packed += phase.PackedLength;
        }
    }

    /// <summary>y = relu(convolution(x) + bias + residual).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="packed">From <see cref="Pack"/>.</param>
    /// <param name="bias">One value an output channel, or null.</param>
    /// <param name="residual">As the output, or null. May be the output itself.</param>
    /// <param name="relu">Negative results become zero.</param>
    /// <param name="y">Output <c>[N, OutH, OutW, OutChannels]</c>.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public void Forward(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, float* y, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);

        // The output is written before the residual is read: a residual in place is what accumulation means.
        bool accumulate = residual == y && residual != null;
        _forward.Run(pool, x, packed, bias, accumulate ? null : residual, relu, accumulate, y, scratch);
    }

    /// <summary>dx (+)= the gradient of the input.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="packed">From <see cref="PackForDataGradient"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <param name="dx">Gradient of the input.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
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
