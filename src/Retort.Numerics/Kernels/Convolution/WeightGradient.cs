using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution, computed directly: dw[tap][ci][co] = sum over outputs p of x[p at tap][ci] * dy[p][co].
/// </summary>
/// <remarks>
/// An item owns a filter row, a block of input channels and some panels of output channels and sums over all outputs by itself, so there
/// are no partial sums to combine and the result does not depend on the number of threads. Blocks of outputs are packed, for a tap
/// the input with zeros where it lies outside, so that the register tile runs over hundreds of pixels without a break. Where channels are few (a
/// stem), the neighbouring taps of a filter row are packed together: in memory they are one run.
/// </remarks>
public sealed unsafe class WeightGradient : IWeightGradient
{
    private const int PixelsPerBlock = 128;
    private const int ChannelBlock = 32;

    // Panels that share a packed tap: packing is then a small part of the work.
    private const int PanelsPerItem = 4;

    private readonly ConvolutionShape _shape;
    private readonly int _rowsPerBlock;
    private readonly int _columns;

    /// <summary>Plans the gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape makes no output.</exception>
    public WeightGradient(ConvolutionShape shape)
    {
        shape.Validate();
        _shape = shape;
        _rowsPerBlock = Math.Clamp(PixelsPerBlock / shape.OutW, 1, shape.N * shape.OutH);
        _columns = shape.Dilation == 1 && shape.KernelW * shape.InChannels <= ChannelBlock ? shape.KernelW : 1;
    }

    /// <inheritdoc/>
    public long ScratchLength(int threads) => threads * WorkerScratch;

    private long WorkerScratch => (long)_rowsPerBlock * _shape.OutW * (ChannelBlock + (PanelsPerItem * 2 * Simd.Count));

    /// <inheritdoc/>
    public void Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        int groupWidth = PanelsPerItem * 2 * Simd.Count;
        int groups = (_shape.OutChannels + groupWidth - 1) / groupWidth;
        int blocks = (_shape.InChannels + ChannelBlock - 1) / ChannelBlock;
        pool.Run(
            new Kernel { X = x, Dy = dy, Dw = dw, Scratch = scratch, WorkerScratch = WorkerScratch, Shape = _shape, RowsPerBlock = _rowsPerBlock, Columns = _columns, Groups = groups },
            _shape.KernelH * blocks * groups);
    }

    private struct Kernel : IKernel
    {
        public float* X;
        public float* Dy;
        public float* Dw;
        public float* Scratch;
        public long WorkerScratch;
        public ConvolutionShape Shape;
        public int RowsPerBlock;
        public int Columns;
        public int Groups;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            int firstOut = item % Groups * PanelsPerItem * width;
            int filterRow = item / Groups % Shape.KernelH;
            int firstIn = item / Groups / Shape.KernelH * ChannelBlock;
            int panels = Math.Min(PanelsPerItem, (Shape.OutChannels - firstOut + width - 1) / width);
            int channels = Math.Min(ChannelBlock, (Columns * Shape.InChannels) - firstIn);
            float* packedX = Scratch + (worker * WorkerScratch);
            float* packedDy = packedX + ((nint)RowsPerBlock * Shape.OutW * ChannelBlock);
            int allRows = Shape.N * Shape.OutH;
            for (int firstRow = 0; firstRow < allRows; firstRow += RowsPerBlock)
            {
                int rows = Math.Min(RowsPerBlock, allRows - firstRow);
                int pixels = rows * Shape.OutW;
                for (int p = 0; p < panels; p++)
                {
                    int channel = firstOut + (p * width);
                    PackPanel<T>(Dy + ((nint)firstRow * Shape.OutW * Shape.OutChannels) + channel, pixels, Math.Min(width, Shape.OutChannels - channel), packedDy + ((nint)p * pixels * width));
                }

                for (int filterColumn = 0; filterColumn < Shape.KernelW; filterColumn += Columns)
                {
                    PackTap<T>(firstRow, rows, filterRow, filterColumn, firstIn, channels, packedX);
                    float* dw = Dw + (((((nint)filterRow * Shape.KernelW) + filterColumn) * Shape.InChannels + firstIn) * Shape.OutChannels) + firstOut;
                    for (int p = 0; p < panels; p++)
                    {
                        Panel<T>(packedX, packedDy + ((nint)p * pixels * width), pixels, channels, Shape.OutChannels - firstOut - (p * width), dw + (p * width), firstRow > 0);
                    }
                }
            }
        }

        [SkipLocalsInit]
        [MethodImpl(IKernel.Compilation)]
        private readonly void Panel<T>(float* x, float* dy, int pixels, int channels, int columns, float* dw, bool accumulate)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            float* edge = stackalloc float[8 * 32];
            for (int ci = 0; ci < channels;)
            {
                int height = Math.Min(OuterProductTile.MaxRows<T>(), channels - ci);
                float* c = dw + ((nint)ci * Shape.OutChannels);
                if (columns >= width)
                {
                    OuterProductTile.Run<T>(height, x + ci, ChannelBlock, dy, width, T.Count, pixels, c, Shape.OutChannels, accumulate);
                }
                else
                {
                    OuterProductTile.Run<T>(height, x + ci, ChannelBlock, dy, width, T.Count, pixels, edge, width, accumulate: false);
                    StoreEdge(edge, width, height, columns, c, accumulate);
                }

                ci += height;
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void StoreEdge(float* edge, int width, int height, int columns, float* c, bool accumulate)
        {
            for (int r = 0; r < height; r++)
            {
                for (int j = 0; j < columns; j++)
                {
                    float* to = c + ((nint)r * Shape.OutChannels) + j;
                    *to = edge[(r * width) + j] + (accumulate ? *to : 0);
                }
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void PackPanel<T>(float* dy, int pixels, int columns, float* packed)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            for (int i = 0; i < pixels; i++, dy += Shape.OutChannels, packed += width)
            {
                if (columns == width)
                {
                    T.Load(dy).Store(packed);
                    T.Load(dy + T.Count).Store(packed + T.Count);
                    continue;
                }

                for (int j = 0; j < width; j++)
                {
                    packed[j] = j < columns ? dy[j] : 0;
                }
            }
        }

        // What a tap, or a row of taps, reads for every output of the block: [output][ChannelBlock], zeros outside the input.
        [MethodImpl(IKernel.Compilation)]
        private readonly void PackTap<T>(int firstRow, int rows, int filterRow, int filterColumn, int firstIn, int channels, float* packed)
            where T : unmanaged, ISimd<T>
        {
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                int n = row / Shape.OutH;
                int iy = (row % Shape.OutH * Shape.Stride) + (filterRow * Shape.Dilation) - Shape.Padding;
                if ((uint)iy >= (uint)Shape.H)
                {
                    new Span<float>(packed, Shape.OutW * ChannelBlock).Clear();
                    packed += Shape.OutW * ChannelBlock;
                    continue;
                }

                float* source = X + (((((nint)n * Shape.H) + iy) * Shape.W) * Shape.InChannels) + firstIn;
                for (int ox = 0; ox < Shape.OutW; ox++, packed += ChannelBlock)
                {
                    int ix = (ox * Shape.Stride) + (filterColumn * Shape.Dilation) - Shape.Padding;
                    float* pixel = source + ((nint)ix * Shape.InChannels);
                    int first = Math.Clamp(-ix * Shape.InChannels, 0, channels);
                    int end = Math.Clamp((Shape.W - ix) * Shape.InChannels, 0, channels);
                    int ci = 0;
                    for (; first == 0 && ci + T.Count <= end; ci += T.Count)
                    {
                        T.Load(pixel + ci).Store(packed + ci);
                    }

                    for (; ci < channels; ci++)
                    {
                        packed[ci] = ci >= first && ci < end ? pixel[ci] : 0;
                    }
                }
            }
        }
    }
}
