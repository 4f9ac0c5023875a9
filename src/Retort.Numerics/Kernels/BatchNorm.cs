namespace Retort.Numerics.Kernels;

/// <summary>
/// Batch normalisation over the pixels of all pictures, one mean and variance a channel (Ioffe and Szegedy 2015), with PyTorch's
/// conventions: the biased variance normalises, the unbiased one goes into the running statistics. The residual sum and the
/// ReLU that follow it in a residual block are part of the same pass over memory.
/// </summary>
/// <remarks>"Training" uses the statistics of the batch; "frozen" uses fixed ones and is only a scale and a shift.</remarks>
public static unsafe partial class BatchNorm
{
    // A block stays in cache for its second pass, is low enough for plain sums of floats, and high enough for its partial results
    // to be little beside it.
    private const int BlockFloats = 16_384;
    private const int BlockRows = 256;

    // Channels whose partial results share a cache line.
    private const int CombinedChannels = 16;

    /// <summary>Floats of scratch memory that <see cref="TrainingForward"/> and <see cref="TrainingBackward"/> need.</summary>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    public static int ScratchLength(int rows, int c) => checked((Blocks(rows, c).Count + 1) * 3 * c);

    /// <summary>
    /// scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale: the whole of a frozen batch norm, for
    /// <see cref="FrozenForward"/> or to be folded into the convolution before it.
    /// </summary>
    /// <param name="gamma">Scale of the affine part, one value a channel.</param>
    /// <param name="beta">Shift of the affine part.</param>
    /// <param name="mean">Running mean.</param>
    /// <param name="variance">Running variance.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="c">Channels.</param>
    /// <param name="scale">Receives the scale; may be <paramref name="gamma"/>.</param>
    /// <param name="shift">Receives the shift; may be <paramref name="beta"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="c"/> is not positive.</exception>
    public static void FoldScaleShift(float* gamma, float* beta, float* mean, float* variance, float epsilon, int c, float* scale, float* shift)
    {
        ArgumentNullException.ThrowIfNull(gamma);
        ArgumentNullException.ThrowIfNull(beta);
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(variance);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(shift);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        for (int i = 0; i < c; i++)
        {
            double factor = gamma[i] / Math.Sqrt((double)variance[i] + epsilon);
            scale[i] = (float)factor;
            shift[i] = (float)(beta[i] - (mean[i] * factor));
        }
    }

    private static RowBlocks Blocks(int rows, int c) => new(rows, c, BlockFloats, BlockRows);

    private static int CombineItems(int c) => (c + CombinedChannels - 1) / CombinedChannels;

    private static void CheckSizes(int rows, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        Elementwise.Count(rows, c);
    }
}
