using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A picture times a factor for each row and a factor for each column, channel by channel: how coordinate attention (Hou et al. 2021) is applied.</summary>
public static unsafe class AxisScale
{
    /// <summary>y[n, p, q, c] (+)= x[n, p, q, c] * rows[n, p, c] * columns[n, q, c]. Of the gradient of y it makes that of x.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Factors <c>[N, H, C]</c>.</param>
    /// <param name="columns">Factors <c>[N, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, H, W, C]</c>; may be the input.</param>
    /// <param name="accumulate">Add to <paramref name="y"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void Forward(WorkerPool pool, float* x, float* rows, float* columns, int n, int h, int w, int c, float* y, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(y);
        AxisMeans.CheckSizes(n, h, w, c);
        RowBlocks blocks = new(n * h, w * c);
        ForwardKernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Rows = rows,
            Columns = columns,
            Height = h,
            Width = w,
            Channels = c,
            Y = y,
            Accumulate = accumulate,
        };
        pool.Run(kernel, blocks.Count);
    }

    /// <summary>dRows[n, p, c] (+)= the sum over q of dy * x * columns[n, q, c].</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output <c>[N, H, W, C]</c>.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="columns">Factors <c>[N, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dRows">Gradient of the factors of rows <c>[N, H, C]</c>.</param>
    /// <param name="accumulate">Add to <paramref name="dRows"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void RowsBackward(WorkerPool pool, float* dy, float* x, float* columns, int n, int h, int w, int c, float* dRows, bool accumulate) =>
        FactorBackward(pool, dy, x, columns, n, h, w, c, dRows, accumulate, ofRows: true);

    /// <summary>dColumns[n, q, c] (+)= the sum over p of dy * x * rows[n, p, c].</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the output <c>[N, H, W, C]</c>.</param>
    /// <param name="x">Input <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Factors <c>[N, H, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="h">Height.</param>
    /// <param name="w">Width.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dColumns">Gradient of the factors of columns <c>[N, W, C]</c>.</param>
    /// <param name="accumulate">Add to <paramref name="dColumns"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the tensor is too large for an array.</exception>
    public static void ColumnsBackward(WorkerPool pool, float* dy, float* x, float* rows, int n, int h, int w, int c, float* dColumns, bool accumulate) =>
        FactorBackward(pool, dy, x, rows, n, h, w, c, dColumns, accumulate, ofRows: false);

    private static void FactorBackward(WorkerPool pool, float* dy, float* x, float* other, int n, int h, int w, int c, float* gradient, bool accumulate, bool ofRows)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(gradient);
        AxisMeans.CheckSizes(n, h, w, c);
        FactorKernel kernel = new()
        {
            Dy = dy,
            X = x,
            Other = other,
            Picture = (nint)h * w * c,
            Places = ofRows ? h : w,
            PlaceStride = ofRows ? (nint)w * c : c,
            Steps = ofRows ? w : h,
            StepStride = ofRows ? c : (nint)w * c,
            Channels = c,
            Gradient = gradient,
            Accumulate = accumulate,
        };
        pool.Run(kernel, n * kernel.Places);
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public float* Rows;
        public float* Columns;
        public int Height, Width, Channels;
        public float* Y;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* factor = Rows + ((nint)row * Channels);
                float* column = Columns + ((nint)(row / Height) * Width * Channels);
                nint offset = (nint)row * Width * Channels;
                for (int q = 0; q < Width; q++, offset += Channels, column += Channels)
                {
                    for (int i = 0; i < Channels; i += T.Count)
                    {
                        int lanes = Channels - i;
                        T value = T.Load(X + offset + i, lanes) * T.Load(factor + i, lanes) * T.Load(column + i, lanes);
                        (Accumulate ? T.Load(Y + offset + i, lanes) + value : value).Store(Y + offset + i, lanes);
                    }
                }
            }
        }
    }

    // One row's factor, or one column's: its pixels are steps along the other axis, each with the other axis' factor.
    private struct FactorKernel : IKernel
    {
        public float* Dy;
        public float* X;
        public float* Other;
        public nint Picture;
        public int Places;
        public nint PlaceStride;
        public int Steps;
        public nint StepStride;
        public int Channels;
        public float* Gradient;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int place) = Math.DivRem(item, Places);
            nint offset = (n * Picture) + (place * PlaceStride);
            float* other = Other + ((nint)n * Steps * Channels);
            float* gradient = Gradient + ((nint)item * Channels);
            for (int k = 0; k < Steps; k++, offset += StepStride, other += Channels)
            {
                bool first = k == 0 && !Accumulate;
                for (int i = 0; i < Channels; i += T.Count)
                {
                    int lanes = Channels - i;
                    T value = T.Load(Dy + offset + i, lanes) * T.Load(X + offset + i, lanes);
                    T sum = first ? T.Zero : T.Load(gradient + i, lanes);
                    T.MultiplyAdd(value, T.Load(other + i, lanes), sum).Store(gradient + i, lanes);
                }
            }
        }
    }
}
