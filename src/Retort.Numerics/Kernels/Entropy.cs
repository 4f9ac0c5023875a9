using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The entropy of the shares at each pixel: y = -(sum of x log(x + 1e-12)), as MemAE's code (Gong et al. 2019) has it.</summary>
public static unsafe class Entropy
{
    /// <summary>Added to a share before its logarithm is taken.</summary>
    public const float Epsilon = 1e-12f;

    /// <summary>y[r] = -(sum over j of x[r, j] * log(x[r, j] + 1e-12)).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Shares <c>[N, H, W, C]</c>, not negative.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, H, W, 1]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* x, int rows, int c, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new ForwardKernel { Blocks = blocks, X = x, Channels = c, Y = y }, blocks.Count);
    }

    /// <summary>dx (+)= -dy * (log(x + 1e-12) + x / (x + 1e-12)).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input of <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output <c>[N, H, W, 1]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dx">Gradient of the input.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(WorkerPool pool, float* x, float* dy, int rows, int c, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new BackwardKernel { Blocks = blocks, X = x, Dy = dy, Channels = c, Dx = dx, Accumulate = accumulate }, blocks.Count);
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float* Y;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T epsilon = T.Create(Epsilon);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                T sum = T.Zero;
                for (int i = 0; i < Channels; i += T.Count)
                {
                    // Lanes beyond the last channel are 0 and add 0 * log(1e-12).
                    T share = T.Load(x + i, Channels - i);
                    sum = T.MultiplyAdd(share, T.Log(share + epsilon), sum);
                }

                Y[row] = -T.Sum(sum);
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public float* Dy;
        public int Channels;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T epsilon = T.Create(Epsilon);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* dx = Dx + ((nint)row * Channels);
                T scale = T.Create(-Dy[row]);
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T share = T.Load(x + i, lanes);
                    T bounded = share + epsilon;
                    T value = scale * (T.Log(bounded) + (share / bounded));
                    (Accumulate ? T.Load(dx + i, lanes) + value : value).Store(dx + i, lanes);
                }
            }
        }
    }
}
