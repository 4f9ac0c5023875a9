using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The hard shrinkage of a memory's addresses (MemAE, Gong et al. 2019, eq. 7 and its code): shares at or below a threshold become zero, and what is
/// left is divided by its sum.
/// </summary>
public static unsafe class HardShrink
{
    /// <summary>MemAE's code has it in both quotients.</summary>
    public const float Epsilon = 1e-12f;

    /// <summary>s[r, j] = max(x - threshold, 0) * x / (|x - threshold| + 1e-12), then y[r, j] = s[r, j] / max(sum over k of s[r, k], 1e-12).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Shares <c>[N, H, W, C]</c>, not negative.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="threshold">Not negative.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>; may be the input if no gradient is wanted.</param>
    /// <param name="sums">One float a pixel: what <see cref="Backward"/> needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the threshold is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* x, int rows, int c, float threshold, float* y, float* sums)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new ForwardKernel { Blocks = blocks, X = x, Channels = c, Threshold = threshold, Y = y, Sums = sums }, blocks.Count);
    }

    /// <summary>
    /// dx (+)= (dy - y . dy) / sum where x is above the threshold, else 0. A share that is kept has slope 1: the shrinkage's own differs from it only where
    /// x is within 1e-12 of the threshold, and a sum below that bound counts as constant.
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input of <see cref="Forward"/>.</param>
    /// <param name="y">Its output.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="threshold">As in <see cref="Forward"/>.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the threshold is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(WorkerPool pool, float* x, float* y, float* sums, float* dy, int rows, int c, float threshold, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        BackwardKernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Y = y,
            Sums = sums,
            Dy = dy,
            Channels = c,
            Threshold = threshold,
            Dx = dx,
            Accumulate = accumulate,
        };
        pool.Run(kernel, blocks.Count);
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float Threshold;
        public float* Y;
        public float* Sums;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T threshold = T.Create(Threshold);
            T epsilon = T.Create(Epsilon);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* y = Y + ((nint)row * Channels);
                T total = T.Zero;
                for (int i = 0; i < Channels; i += T.Count)
                {
                    // Lanes beyond the last channel are 0 and give 0.
                    int lanes = Channels - i;
                    T share = T.Load(x + i, lanes);
                    T above = share - threshold;
                    T kept = T.Max(above, T.Zero) * share / (T.Abs(above) + epsilon);
                    total += kept;
                    kept.Store(y + i, lanes);
                }

                float sum = T.Sum(total);
                Sums[row] = sum;
                T divisor = T.Create(MathF.Max(sum, Epsilon));
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    (T.Load(y + i, lanes) / divisor).Store(y + i, lanes);
                }
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public float* Y;
        public float* Sums;
        public float* Dy;
        public int Channels;
        public float Threshold;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T threshold = T.Create(Threshold);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* y = Y + ((nint)row * Channels);
                float* dy = Dy + ((nint)row * Channels);
                float* dx = Dx + ((nint)row * Channels);
                float sum = Sums[row];
                T mean = T.Create(sum > Epsilon ? Dot.Of<T>(y, dy, Channels) : 0);
                T inverse = T.Create(1 / MathF.Max(sum, Epsilon));
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T value = T.SelectGreater(T.Load(x + i, lanes), threshold, (T.Load(dy + i, lanes) - mean) * inverse, T.Zero);
                    (Accumulate ? T.Load(dx + i, lanes) + value : value).Store(dx + i, lanes);
                }
            }
        }
    }
}
