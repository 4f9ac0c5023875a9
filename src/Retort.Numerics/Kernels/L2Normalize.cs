using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Scales the channels of every pixel to length one: y = x / (|x| + epsilon), as DeSTSeg's reference code does it.</summary>
public static unsafe class L2Normalize
{
    /// <summary>y[r, :] = x[r, :] / (|x[r, :]| + epsilon).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="epsilon">Keeps zero vectors zero; DeSTSeg has 1e-12.</param>
    /// <param name="y">Output as the input; may be the input.</param>
    /// <param name="norms">Receives |x[r, :]|, one value a pixel, for the gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* x, int rows, int c, float epsilon, float* y, float* norms)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(norms);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new ForwardKernel { Blocks = blocks, X = x, Channels = c, Epsilon = epsilon, Y = y, Norms = norms }, blocks.Count);
    }

    /// <summary>
    /// With s = 1 / (|x| + epsilon): dx (+)= s * dy - (x . dy) * s^2 / |x| * x for every pixel; where x is zero its length
    /// counts as constant and the second term is 0.
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="norms">From the forward pass.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="epsilon">As in the forward pass.</param>
    /// <param name="dx">Gradient of the input; may be <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(WorkerPool pool, float* x, float* norms, float* dy, int rows, int c, float epsilon, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(norms);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        BackwardKernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Norms = norms,
            Dy = dy,
            Channels = c,
            Epsilon = epsilon,
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
        public float Epsilon;
        public float* Y;
        public float* Norms;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* y = Y + ((nint)row * Channels);
                float norm = MathF.Sqrt(Dot.Of<T>(x, x, Channels));
                Norms[row] = norm;
                T scale = T.Create(1 / (norm + Epsilon));
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    (T.Load(x + i) * scale).Store(y + i);
                }

                if (i < Channels)
                {
                    (T.Load(x + i, Channels - i) * scale).Store(y + i, Channels - i);
                }
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public float* Norms;
        public float* Dy;
        public int Channels;
        public float Epsilon;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* x = X + ((nint)row * Channels);
                float* dy = Dy + ((nint)row * Channels);
                float* dx = Dx + ((nint)row * Channels);
                float norm = Norms[row];
                float inverse = 1 / (norm + Epsilon);
                float along = norm > 0 ? -(Dot.Of<T>(x, dy, Channels) * inverse) * inverse / norm : 0;
                T scale = T.Create(inverse);
                T slope = T.Create(along);
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step(slope, x + i, scale, dy + i, dx + i, T.Count);
                }

                if (i < Channels)
                {
                    Step(slope, x + i, scale, dy + i, dx + i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(T slope, float* x, T scale, float* dy, float* dx, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.MultiplyAdd(slope, T.Load(x, lanes), scale * T.Load(dy, lanes));
            (Accumulate ? T.Load(dx, lanes) + value : value).Store(dx, lanes);
        }
    }
}
