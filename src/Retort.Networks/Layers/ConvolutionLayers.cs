namespace Retort.Networks.Layers;

/// <summary>How a convolution's filter gets its initial values.</summary>
public enum FilterInitialization
{
    /// <summary>Normal, variance 2 / fan-out: what ResNets use.</summary>
    KaimingNormalFanOut,

    /// <summary>PyTorch's default: uniform within 1 / sqrt(fan-in).</summary>
    PyTorchDefault,
}

/// <summary>Convolution and normalisation by PyTorch's names.</summary>
public static class ConvolutionLayers
{
    /// <summary>Adds a convolution: <c>name.weight</c> and, if wanted, <c>name.bias</c>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="kernel">Side of the filter.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="dilation">Distance between taps in pixels. The padding keeps the size at stride 1.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="initializer">Gives new parameters their values; without it they are zero, to be imported.</param>
    /// <param name="initialization">Which values.</param>
    public static Value Convolution(
        this Graph graph, Value x, string name, int channels, int kernel, int stride = 1, int dilation = 1, bool bias = false,
        Initializer? initializer = null, FilterInitialization initialization = FilterInitialization.KaimingNormalFanOut)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(x);
        int fanIn = x.Shape.C * kernel * kernel;
        Parameter filter = graph.Parameters.GetOrAdd(
            $"{name}.weight",
            () => Parameter.Filter($"{name}.weight", channels, x.Shape.C, kernel, kernel),
            p =>
            {
                if (initialization == FilterInitialization.KaimingNormalFanOut)
                {
                    initializer?.KaimingNormalFanOut(p);
                }
                else
                {
                    initializer?.Uniform(p, fanIn);
                }
            });
        Parameter? shift = bias ? graph.Parameters.GetOrAdd($"{name}.bias", () => Parameter.Vector($"{name}.bias", channels), p => initializer?.Uniform(p, fanIn)) : null;
        return graph.Add(new Convolution(x, filter, shift, stride, kernel / 2 * dilation, dilation));
    }

    /// <summary>Adds a transposed convolution without bias, <c>name.weight</c>, whose new values are PyTorch's default.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="stride">Output pixels an input pixel becomes along each axis: the side of the filter.</param>
    /// <param name="initializer">Gives new parameters their values; without it they are zero, to be imported.</param>
    public static Value TransposedConvolution(this Graph graph, Value x, string name, int channels, int stride, Initializer? initializer = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(x);

        // PyTorch takes the second extent of the filter for the inputs, whichever way it is used: here it is the outputs.
        Parameter filter = graph.Parameters.GetOrAdd(
            $"{name}.weight",
            () => Parameter.TransposedFilter($"{name}.weight", x.Shape.C, channels, stride),
            p => initializer?.Uniform(p, channels * stride * stride));
        return graph.Add(new TransposedConvolution(x, filter));
    }

    /// <summary>Adds a batch normalisation: <c>name.weight</c> (initially 1), <c>name.bias</c>, <c>name.running_mean</c>, <c>name.running_var</c>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="zeroGamma">Whether the weight begins at 0 (the last normalisation of a residual block, as timm does it).</param>
    public static Value BatchNorm(this Graph graph, Value x, string name, bool zeroGamma = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(x);
        Parameter Get(string part, bool isStatistic, float value) => graph.Parameters.GetOrAdd(
            $"{name}.{part}", () => Parameter.Vector($"{name}.{part}", x.Shape.C, isStatistic), p => p.Data.Span.Fill(value));
        return graph.Add(new BatchNorm(x, new BatchNormParameters(
            Get("weight", false, zeroGamma ? 0 : 1), Get("bias", false, 0), Get("running_mean", true, 0), Get("running_var", true, 1))));
    }

    /// <summary>Adds max(x, 0).</summary>
    public static Value Relu(this Graph graph, Value x)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(new Relu(x));
    }
}
