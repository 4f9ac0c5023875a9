namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The extents of a convolution: input <c>[N, H, W, InChannels]</c>, filter <c>[KernelH * KernelW][InChannels][OutChannels]</c>,
/// output <c>[N, OutH, OutW, OutChannels]</c>. Padding is zeros, the same on opposite sides.</summary>
/// <param name="N">Pictures.</param>
/// <param name="H">Input rows.</param>
/// <param name="W">Input columns.</param>
/// <param name="InChannels">Input channels.</param>
/// <param name="OutChannels">Output channels.</param>
/// <param name="KernelH">Filter rows.</param>
/// <param name="KernelW">Filter columns.</param>
/// <param name="Stride">Step between outputs, in input pixels.</param>
/// <param name="Padding">Zeros added on each side, in pixels.</param>
/// <param name="Dilation">Distance between filter taps, in pixels.</param>
public readonly record struct ConvolutionShape(
    int N, int H, int W, int InChannels, int OutChannels, int KernelH, int KernelW, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>Output rows.</summary>
    public int OutH => ((H + (2 * Padding) - (Dilation * (KernelH - 1)) - 1) / Stride) + 1;

    /// <summary>Output columns.</summary>
    public int OutW => ((W + (2 * Padding) - (Dilation * (KernelW - 1)) - 1) / Stride) + 1;

    /// <summary>Filter taps.</summary>
    public int Taps => KernelH * KernelW;

    /// <summary>Floats of the input.</summary>
    public long InputLength => (long)N * H * W * InChannels;

    /// <summary>Floats of the output.</summary>
    public long OutputLength => (long)N * OutH * OutW * OutChannels;

    /// <summary>Floats of the filter.</summary>
    public long WeightLength => (long)Taps * InChannels * OutChannels;

    /// <summary>Multiply-adds of a direct computation, the padding's included.</summary>
    public long MultiplyAdds => OutputLength * Taps * InChannels;

    /// <summary>Refuses extents that make no output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1 (padding: below 0), or the filter is larger than the padded input.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(N, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(H, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(W, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(InChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KernelH, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KernelW, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Stride, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(Dilation, 1);
        if (H + (2 * Padding) < (Dilation * (KernelH - 1)) + 1 || W + (2 * Padding) < (Dilation * (KernelW - 1)) + 1)
        {
            throw new ArgumentOutOfRangeException(nameof(KernelH), $"A filter of {KernelH} x {KernelW} at dilation {Dilation} is larger than the padded input of {H} x {W}.");
        }
    }
}
