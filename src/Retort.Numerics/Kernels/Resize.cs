using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>Bilinear resize of feature maps, equal to PyTorch's <c>interpolate(mode="bilinear", antialias=False)</c>.</summary>
public static unsafe class Resize
{
    /// <summary>y[n, p, q, c] = the bilinear interpolation of x[n, :, :, c] at the position of output pixel (p, q).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="plan">The sizes and their tables.</param>
    /// <param name="x">Input <c>[N, InH, InW, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="c">Channels.</param>
    /// <param name="y">Output <c>[N, OutH, OutW, C]</c>, or some channels of a wider tensor.</param>
    /// <param name="yPixelStride">Floats from one pixel of the output to the next, at least <paramref name="c"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the stride is smaller than <paramref name="c"/>.</exception>
    public static void Forward(WorkerPool pool, ResizePlan plan, float* x, int n, int c, float* y, int yPixelStride)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        CheckSizes(plan, n, c, yPixelStride);
        RowBlocks blocks = new(n * plan.OutH, (int)Math.Min(int.MaxValue, (long)plan.OutW * c));
        ForwardKernel kernel = new()
        {
            Blocks = blocks,
            X = x,
            Y = y,
            YPixelStride = yPixelStride,
            InH = plan.InH,
            InW = plan.InW,
            OutH = plan.OutH,
            OutW = plan.OutW,
            Channels = c,
            Upper = plan.Rows.Lower.Pointer,
            Lower = plan.Rows.Upper.Pointer,
            Left = plan.Columns.Lower.Pointer,
            Right = plan.Columns.Upper.Pointer,
            LowerWeight = plan.Rows.Weight.Pointer,
            RightWeight = plan.Columns.Weight.Pointer,
        };
        pool.Run(kernel, blocks.Count);
        GC.KeepAlive(plan);
    }

    /// <summary>dx (+)= the exact transpose of <see cref="Forward"/> applied to dy.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="plan">The sizes and their tables.</param>
    /// <param name="dy">Gradient of the output <c>[N, OutH, OutW, C]</c>, or some channels of a wider tensor.</param>
    /// <param name="dyPixelStride">Floats from one pixel of <paramref name="dy"/> to the next, at least <paramref name="c"/>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="c">Channels.</param>
    /// <param name="dx">Gradient of the input <c>[N, InH, InW, C]</c>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the stride is smaller than <paramref name="c"/>.</exception>
    public static void Backward(WorkerPool pool, ResizePlan plan, float* dy, int dyPixelStride, int n, int c, float* dx, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(dx);
        CheckSizes(plan, n, c, dyPixelStride);
        RowBlocks blocks = new(n * plan.InH, (int)Math.Min(int.MaxValue, (long)plan.InW * c));
        BackwardKernel kernel = new()
        {
            Blocks = blocks,
            Dy = dy,
            DyPixelStride = dyPixelStride,
            Dx = dx,
            Accumulate = accumulate,
            InH = plan.InH,
            InW = plan.InW,
            OutH = plan.OutH,
            OutW = plan.OutW,
            Channels = c,
            RowStart = plan.Rows.Start.Pointer,
            RowTarget = plan.Rows.Target.Pointer,
            RowShare = plan.Rows.Share.Pointer,
            ColumnStart = plan.Columns.Start.Pointer,
            ColumnTarget = plan.Columns.Target.Pointer,
            ColumnShare = plan.Columns.Share.Pointer,
        };
        pool.Run(kernel, blocks.Count);
        GC.KeepAlive(plan);
    }

    private static void CheckSizes(ResizePlan plan, int n, int c, int pixelStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelStride, c);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * plan.InH * plan.InW * c, Array.MaxLength, nameof(n));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((Int128)n * plan.OutH * plan.OutW * pixelStride, Array.MaxLength, nameof(n));
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* X;
        public float* Y;
        public nint YPixelStride;
        public int InH, InW, OutH, OutW, Channels;
        public int* Upper;
        public int* Lower;
        public int* Left;
        public int* Right;
        public float* LowerWeight;
        public float* RightWeight;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                (int n, int p) = Math.DivRem(row, OutH);
                float* upper = X + ((((nint)n * InH) + Upper[p]) * InW * Channels);
                float* lower = X + ((((nint)n * InH) + Lower[p]) * InW * Channels);
                T down = T.Create(LowerWeight[p]);
                T up = T.Create(1 - LowerWeight[p]);
                float* y = Y + ((nint)row * OutW * YPixelStride);
                for (int q = 0; q < OutW; q++, y += YPixelStride)
                {
                    nint left = (nint)Left[q] * Channels;
                    nint right = (nint)Right[q] * Channels;
                    T east = T.Create(RightWeight[q]);
                    T west = T.Create(1 - RightWeight[q]);
                    int i = 0;
                    for (; i + T.Count <= Channels; i += T.Count)
                    {
                        Step(upper + i, lower + i, left, right, up, down, west, east, y + i, T.Count);
                    }

                    if (i < Channels)
                    {
                        Step(upper + i, lower + i, left, right, up, down, west, east, y + i, Channels - i);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<T>(float* upper, float* lower, nint left, nint right, T up, T down, T west, T east, float* y, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T above = T.MultiplyAdd(east, T.Load(upper + right, lanes), west * T.Load(upper + left, lanes));
            T below = T.MultiplyAdd(east, T.Load(lower + right, lanes), west * T.Load(lower + left, lanes));
            T.MultiplyAdd(down, below, up * above).Store(y, lanes);
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* Dy;
        public nint DyPixelStride;
        public float* Dx;
        public bool Accumulate;
        public int InH, InW, OutH, OutW, Channels;
        public int* RowStart;
        public int* RowTarget;
        public float* RowShare;
        public int* ColumnStart;
        public int* ColumnTarget;
        public float* ColumnShare;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                (int n, int p) = Math.DivRem(row, InH);
                float* dx = Dx + ((nint)row * InW * Channels);
                for (int q = 0; q < InW; q++, dx += Channels)
                {
                    int i = 0;
                    for (; i + T.Count <= Channels; i += T.Count)
                    {
                        Step<T>(n, p, q, i, dx + i, T.Count);
                    }

                    if (i < Channels)
                    {
                        Step<T>(n, p, q, i, dx + i, Channels - i);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(int n, int p, int q, int i, float* dx, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T sum = Accumulate ? T.Load(dx, lanes) : T.Zero;
            for (int j = RowStart[p]; j < RowStart[p + 1]; j++)
            {
                float* dy = Dy + ((((nint)n * OutH) + RowTarget[j]) * OutW * DyPixelStride) + i;
                T along = T.Zero;
                for (int k = ColumnStart[q]; k < ColumnStart[q + 1]; k++)
                {
                    along = T.MultiplyAdd(T.Create(ColumnShare[k]), T.Load(dy + (ColumnTarget[k] * DyPixelStride), lanes), along);
                }

                sum = T.MultiplyAdd(T.Create(RowShare[j]), along, sum);
            }

            sum.Store(dx, lanes);
        }
    }
}
