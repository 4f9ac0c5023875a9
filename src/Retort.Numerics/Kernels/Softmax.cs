using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Shares that sum to one over the channels of each pixel: y = e^(scale x) / sum of e^(scale x).</summary>
public static unsafe class Softmax
{
    /// <summary>y[r, j] = e^(scale x[r, j]) / sum over k of e^(scale x[r, k]).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="scale">One over the temperature.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>; may be the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* x, int rows, int c, float scale, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new ForwardKernel { Blocks = blocks, X = x, Channels = c, Scale = scale, Y = y }, blocks.Count);
    }

    /// <summary>dx (+)= scale * y * (dy - y . dy).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="y">The output of <see cref="Forward"/>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="scale">As in <see cref="Forward"/>.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(WorkerPool pool, float* y, float* dy, int rows, int c, float scale, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new BackwardKernel { Blocks = blocks, Y = y, Dy = dy, Channels = c, Scale = scale, Dx = dx, Accumulate = accumulate }, blocks.Count);
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public int Channels;
        public float Scale;
        public float* Y;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T scale = T.Create(Scale);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* y = Y + ((nint)row * Channels);

                // The largest exponent becomes 0, so that no power overflows.
                float largest = Scale * x[0];
                for (int i = 1; i < Channels; i++)
                {
                    largest = MathF.Max(largest, Scale * x[i]);
                }

                T shift = T.Create(-largest);
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T.Exp(T.MultiplyAdd(scale, T.Load(x + i, lanes), shift)).Store(y + i, lanes);
                }

                T sum = T.Zero;
                for (int i = 0; i < Channels; i += T.Count)
                {
                    sum += T.Load(y + i, Channels - i);
                }

                T inverse = T.Create(1 / T.Sum(sum));
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    (T.Load(y + i, lanes) * inverse).Store(y + i, lanes);
                }
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Y;
        public float* Dy;
        public int Channels;
        public float Scale;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T scale = T.Create(Scale);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* y = Y + ((nint)row * Channels);
                float* dy = Dy + ((nint)row * Channels);
                float* dx = Dx + ((nint)row * Channels);
                T mean = T.Create(Dot.Of<T>(y, dy, Channels));
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T value = scale * T.Load(y + i, lanes) * (T.Load(dy + i, lanes) - mean);
                    (Accumulate ? T.Load(dx + i, lanes) + value : value).Store(dx + i, lanes);
                }
            }
        }
    }
}
