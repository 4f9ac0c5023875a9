using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The means of every row and of every column of a picture, one below the other: what coordinate attention (Hou et al. 2021) looks at.</summary>
public static unsafe class AxisMeans
{
    /// <summary>y[n, p, c] = the mean of x[n, p, :, c] for the rows p below <paramref name="h"/>, and y[n, h + q, c] = the mean of x[n, :, q, c] for the columns q.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, H + W, 1, C]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void Forward(WorkerPool pool, float* x, int n, int h, int w, int c, float* y)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        CheckSizes(n, h, w, c);
        pool.Run(new ForwardKernel { X = x, Height = h, Width = w, Channels = c, Y = y }, n * (h + w));
    }

    /// <summary>dx[n, p, q, c] (+)= dy[n, p, c] / w + dy[n, h + q, c] / h.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output <c>[N, H + W, 1, C]</c>.</param>
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
        CheckSizes(n, h, w, c);
        RowBlocks blocks = new(n * h, w * c);
        pool.Run(new BackwardKernel { Blocks = blocks, Dy = dy, Height = h, Width = w, Channels = c, Dx = dx, Accumulate = accumulate }, blocks.Count);
    }

    /// <summary>Refuses tensors <c>[N, H, W, C]</c> that do not fit an array.</summary>
    internal static void CheckSizes(int n, int h, int w, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(h);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(w);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * h * w * c, Array.MaxLength, nameof(n));
    }

    private struct ForwardKernel : IKernel
    {
        public float* X;
        public int Height, Width, Channels;
        public float* Y;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int place) = Math.DivRem(item, Height + Width);
            bool isRow = place < Height;
            float* x = X + ((((nint)n * Height) + (isRow ? place : 0)) * Width * Channels) + (isRow ? 0 : (nint)(place - Height) * Channels);
            nint stride = isRow ? Channels : (nint)Width * Channels;
            int count = isRow ? Width : Height;
            float* y = Y + ((nint)item * Channels);
            T share = T.Create(1f / count);

            // Pixel by pixel, the sums in the cache: memory is read in the order it lies in.
            for (int k = 0; k < count; k++, x += stride)
            {
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T sum = k == 0 ? T.Load(x + i, lanes) : T.Load(y + i, lanes) + T.Load(x + i, lanes);
                    (k == count - 1 ? sum * share : sum).Store(y + i, lanes);
                }
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Dy;
        public int Height, Width, Channels;
        public float* Dx;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            T rowShare = T.Create(1f / Width);
            T columnShare = T.Create(1f / Height);
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                (int n, int p) = Math.DivRem(row, Height);
                float* picture = Dy + ((nint)n * (Height + Width) * Channels);
                float* dRow = picture + ((nint)p * Channels);
                float* dx = Dx + ((nint)row * Width * Channels);
                for (int q = 0; q < Width; q++, dx += Channels)
                {
                    float* dColumn = picture + ((nint)(Height + q) * Channels);
                    for (int i = 0; i < Channels; i += T.Count)
                    {
                        int lanes = Channels - i;
                        T value = T.MultiplyAdd(rowShare, T.Load(dRow + i, lanes), columnShare * T.Load(dColumn + i, lanes));
                        (Accumulate ? T.Load(dx + i, lanes) + value : value).Store(dx + i, lanes);
                    }
                }
            }
        }
    }
}
