using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The convolution of a picture that is the same at every pixel, from what each tap of the filter makes of that pixel: taps that reach over the border
/// read zeros there, all others count.
/// </summary>
public static unsafe class TapSum
{
    /// <summary>y[n, h, w, c] = the sum of taps[n, t, c] over the taps t that lie inside the picture at h, w. Stride 1, size kept.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="taps"><c>[N, kernel * kernel, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="kernel">Side of the filter, odd.</param>
    /// <param name="dilation">Distance between taps in pixels.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the filter has no middle.</exception>
    public static void Run(WorkerPool pool, float* taps, int n, int h, int w, int c, int kernel, int dilation, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(taps);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        ArgumentOutOfRangeException.ThrowIfNotEqual(kernel % 2, 1, nameof(kernel));
        pool.Run(new RowKernel { Taps = taps, H = h, W = w, C = c, Kernel = kernel, Dilation = dilation, Y = y }, n * h);
    }

    private struct RowKernel : IKernel
    {
        public float* Taps;
        public int H;
        public int W;
        public int C;
        public int Kernel;
        public int Dilation;
        public float* Y;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int row) = Math.DivRem(item, H);
            float* y = Y + ((nint)item * W * C);
            (int firstRow, int lastRow) = Inside(row, H);
            for (int x = 0; x < W; x++, y += C)
            {
                (int first, int last) = Inside(x, W);
                if (x > 0 && Inside(x - 1, W) == (first, last))
                {
                    new ReadOnlySpan<float>(y - C, C).CopyTo(new Span<float>(y, C));
                    continue;
                }

                new Span<float>(y, C).Clear();
                for (int ky = firstRow; ky <= lastRow; ky++)
                {
                    for (int kx = first; kx <= last; kx++)
                    {
                        Add<T>(Taps + ((((nint)n * Kernel * Kernel) + (ky * Kernel) + kx) * C), y);
                    }
                }
            }
        }

        // The taps of an axis that lie inside when the middle one lies at a position.
        private readonly (int First, int Last) Inside(int position, int size)
        {
            int middle = Kernel / 2;
            return (Math.Max(0, middle - (position / Dilation)), Math.Min(Kernel - 1, middle + ((size - 1 - position) / Dilation)));
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void Add<T>(float* tap, float* y)
            where T : unmanaged, ISimd<T>
        {
            int i = 0;
            for (; i + T.Count <= C; i += T.Count)
            {
                (T.Load(y + i) + T.Load(tap + i)).Store(y + i);
            }

            for (; i < C; i++)
            {
                y[i] += tap[i];
            }
        }
    }
}
