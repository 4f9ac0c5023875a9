using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The mean of every channel over the picture.</summary>
public static unsafe class GlobalAveragePool
{
    // 256 bytes of every pixel are read in one go, and a picture of 256 channels gives four threads something to do.
    private const int GroupChannels = 64;

    // Sums of so many pixels are added up separately, which keeps the rounding error of a large picture small.
    private const int RunPixels = 64;

    /// <summary>y[n, c] = the mean of x[n, h, w, c] over h and w.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, C]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void Forward(WorkerPool pool, float* x, int n, int h, int w, int c, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int pixels = Pixels(n, h, w, c);
        int groups = (c + GroupChannels - 1) / GroupChannels;
        pool.Run(new ForwardKernel { X = x, Pixels = pixels, Channels = c, Groups = groups, Y = y }, n * groups);
    }

    /// <summary>dx[n, h, w, c] (+)= dy[n, c] / (H * W).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output <c>[N, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dx">Gradient of the input <c>[N, H, W, C]</c>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void Backward(WorkerPool pool, float* dy, int n, int h, int w, int c, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        int pixels = Pixels(n, h, w, c);
        RowBlocks blocks = new(n * pixels, c);
        BackwardKernel kernel = new() { Blocks = blocks, Dy = dy, Pixels = pixels, Channels = c, Dx = dx, Accumulate = accumulate };
        pool.Run(kernel, blocks.Count);
    }

    private static int Pixels(int n, int h, int w, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * h * w * c, Array.MaxLength, nameof(n));
        return h * w;
    }

    private struct ForwardKernel : IKernel
    {
        public float* X;
        public int Pixels;
        public int Channels;
        public int Groups;
        public float* Y;

        [SkipLocalsInit]
        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int group) = Math.DivRem(item, Groups);
            int first = group * GroupChannels;
            int channels = Math.Min(GroupChannels, Channels - first);
            float* total = stackalloc float[GroupChannels];
            float* run = stackalloc float[GroupChannels];
            for (int i = 0; i < GroupChannels; i += T.Count)
            {
                T.Zero.Store(total + i);
            }

            float* x = X + ((nint)n * Pixels * Channels) + first;
            for (int begin = 0; begin < Pixels; begin += RunPixels)
            {
                for (int i = 0; i < GroupChannels; i += T.Count)
                {
                    T.Zero.Store(run + i);
                }

                int end = Math.Min(Pixels, begin + RunPixels);
                for (int pixel = begin; pixel < end; pixel++, x += Channels)
                {
                    for (int i = 0; i < channels; i += T.Count)
                    {
                        (T.Load(run + i) + T.Load(x + i, channels - i)).Store(run + i);
                    }
                }

                for (int i = 0; i < GroupChannels; i += T.Count)
                {
                    (T.Load(total + i) + T.Load(run + i)).Store(total + i);
                }
            }

            float* y = Y + ((nint)n * Channels) + first;
            T divisor = T.Create(Pixels);
            for (int i = 0; i < channels; i += T.Count)
            {
                (T.Load(total + i) / divisor).Store(y + i, channels - i);
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Dy;
        public int Pixels;
        public int Channels;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T share = T.Create(1f / Pixels);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* dy = Dy + ((nint)(row / Pixels) * Channels);
                float* dx = Dx + ((nint)row * Channels);
                int i = 0;
                for (; i + T.Count <= Channels; i += T.Count)
                {
                    Step(share, dy + i, dx + i, T.Count);
                }

                if (i < Channels)
                {
                    Step(share, dy + i, dx + i, Channels - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(T share, float* dy, float* dx, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.Load(dy, lanes) * share;
            (Accumulate ? T.Load(dx, lanes) + value : value).Store(dx, lanes);
        }
    }
}
