namespace Retort.Numerics.Kernels.Convolution;

/// <summary>A planned convolution of one shape, whatever the algorithm: forward and data gradient.</summary>
public unsafe interface IConvolution
{
    /// <summary>Floats of the filter packed for <see cref="Forward"/>.</summary>
    long PackedLength { get; }

    /// <summary>Floats of the filter packed for <see cref="DataGradient"/>.</summary>
    long DataGradientPackedLength { get; }

    /// <summary>Floats of scratch memory that <see cref="Forward"/> and <see cref="DataGradient"/> need.</summary>
    long ScratchLength(int threads);

    /// <summary>Packs a filter <c>[tap][in][out]</c> for <see cref="Forward"/>.</summary>
    void Pack(WorkerPool pool, float* weights, float* packed);

    /// <summary>Packs a filter <c>[tap][in][out]</c> for <see cref="DataGradient"/>.</summary>
    void PackForDataGradient(WorkerPool pool, float* weights, float* packed);

    /// <summary>y = relu(convolution(x) + bias + residual).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="packed">From <see cref="Pack"/>.</param>
    /// <param name="bias">One value an output channel, or null.</param>
    /// <param name="residual">As the output, or null. May be the output itself.</param>
    /// <param name="relu">Negative results become zero.</param>
    /// <param name="y">Output <c>[N, OutH, OutW, OutChannels]</c>.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    void Forward(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, float* y, float* scratch);

    /// <summary>dx (+)= the gradient of the input.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="packed">From <see cref="PackForDataGradient"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <param name="dx">Gradient of the input.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    void DataGradient(WorkerPool pool, float* dy, float* packed, bool accumulate, float* dx, float* scratch);
}

/// <summary>A planned weight gradient of one shape, whatever the algorithm.</summary>
public unsafe interface IWeightGradient
{
    /// <summary>Floats of scratch memory.</summary>
    long ScratchLength(int threads);

    /// <summary>dw = sum over outputs of input times output gradient.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="dy">Gradient of the output <c>[N, OutH, OutW, OutChannels]</c>.</param>
    /// <param name="dw">Gradient of the filter <c>[tap][in][out]</c>, overwritten.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    void Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch);
}
