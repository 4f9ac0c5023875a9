namespace Retort.Numerics.Kernels.Convolution;

/// <summary>One filter tap: how far from an output's place in the input it reads, and which tap of the filter it is.</summary>
/// <param name="Y">Rows from the output's place.</param>
/// <param name="X">Columns from the output's place.</param>
/// <param name="Index">Its number in the filter.</param>
internal readonly record struct Tap(int Y, int X, int Index);

/// <summary>
/// A grid of outputs, each a sum over taps of an input: what forward convolutions and the phases of data gradients have in
/// common. Output (y, x) reads the input at (y * Step + tap.Y, x * Step + tap.X); places outside the input read as zero.
/// </summary>
internal sealed record TapGeometry
{
    /// <summary>Pictures.</summary>
    public required int N { get; init; }

    /// <summary>Input rows.</summary>
    public required int InH { get; init; }

    /// <summary>Input columns.</summary>
    public required int InW { get; init; }

    /// <summary>Input channels.</summary>
    public required int InChannels { get; init; }

    /// <summary>Output channels.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Rows of the output grid.</summary>
    public required int GridH { get; init; }

    /// <summary>Columns of the output grid.</summary>
    public required int GridW { get; init; }

    /// <summary>Input pixels from one output to the next.</summary>
    public required int Step { get; init; }

    /// <summary>The taps, row by row, columns ascending within a row.</summary>
    public required Tap[] Taps { get; init; }

    /// <summary>Floats from the start of the output tensor to grid place (0, 0).</summary>
    public required long OutOffset { get; init; }

    /// <summary>Floats from one column of the grid to the next.</summary>
    public required int OutPixelStride { get; init; }

    /// <summary>Floats from one row of the grid to the next.</summary>
    public required int OutRowStride { get; init; }

    /// <summary>Floats from one picture to the next.</summary>
    public required long OutImageStride { get; init; }

    /// <summary>The forward pass of a convolution.</summary>
    public static TapGeometry Forward(in ConvolutionShape s)
    {
        var taps = new Tap[s.Taps];
        for (int i = 0; i < taps.Length; i++)
        {
            taps[i] = new Tap((i / s.KernelW * s.Dilation) - s.Padding, (i % s.KernelW * s.Dilation) - s.Padding, i);
        }

        return new TapGeometry
        {
            N = s.N, InH = s.H, InW = s.W, InChannels = s.InChannels, OutChannels = s.OutChannels,
            GridH = s.OutH, GridW = s.OutW, Step = s.Stride, Taps = taps, OutOffset = 0,
            OutPixelStride = s.OutChannels, OutRowStride = s.OutW * s.OutChannels, OutImageStride = (long)s.OutH * s.OutW * s.OutChannels,
        };
    }

    /// <summary>
    /// The data gradient of a convolution, as one grid for each phase of the stride: input pixels with the same remainder meet the
    /// same taps, so no multiplication with a zero between strided outputs is done. A phase may have no taps.
    /// </summary>
    public static TapGeometry[] DataGradient(in ConvolutionShape s)
    {
        var phases = new List<TapGeometry>();
        for (int phaseY = 0; phaseY < Math.Min(s.Stride, s.H); phaseY++)
        {
            for (int phaseX = 0; phaseX < Math.Min(s.Stride, s.W); phaseX++)
            {
                var taps = new List<Tap>();
                for (int i = 0; i < s.Taps; i++)
                {
                    int y = phaseY + s.Padding - (i / s.KernelW * s.Dilation);
                    int x = phaseX + s.Padding - (i % s.KernelW * s.Dilation);
                    if (y % s.Stride == 0 && x % s.Stride == 0)
                    {
                        taps.Add(new Tap(y / s.Stride, x / s.Stride, i));
                    }
                }

                phases.Add(new TapGeometry
                {
                    N = s.N, InH = s.OutH, InW = s.OutW, InChannels = s.OutChannels, OutChannels = s.InChannels,
                    GridH = (s.H - phaseY + s.Stride - 1) / s.Stride, GridW = (s.W - phaseX + s.Stride - 1) / s.Stride, Step = 1,
                    Taps = [.. taps.OrderBy(t => t.Y).ThenBy(t => t.X)],
                    OutOffset = (((long)phaseY * s.W) + phaseX) * s.InChannels,
                    OutPixelStride = s.Stride * s.InChannels, OutRowStride = s.Stride * s.W * s.InChannels,
                    OutImageStride = (long)s.H * s.W * s.InChannels,
                });
            }
        }

        return [.. phases];
    }
}
