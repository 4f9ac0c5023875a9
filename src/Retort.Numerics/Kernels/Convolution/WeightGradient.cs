using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution, computed directly: dw[tap][ci][co] = sum over outputs p of x[p at tap][ci] * dy[p][co].
/// </summary>
/// <remarks>
/// An item owns a filter row, some blocks of input channels and some panels of output channels and sums over all outputs by itself, so there
/// are no partial sums to combine and the result does not depend on the number of threads. Blocks of outputs are packed, for a tap
/// the input with zeros where it lies outside, so that the register tile runs over hundreds of pixels without a break. Where channels are few (a
/// stem), the neighbouring taps of a filter row are packed together: in memory they are one run.
/// </remarks>
public sealed unsafe class WeightGradient : IWeightGradient
{
    private const int PixelsPerBlock = 128;
    private const int ChannelBlock = 32;

    // Panels that share a packed tap: packing is then a small part of the work. The more the better, as long as there are items for many threads.
    private const int FewPanels = 4;
    private const int ManyPanels = 8;
    private const int EnoughItems = 24;

    // As many taps, of one block of input channels or of several, share packed panels, as long as every thread has a few items.
    private const int TapsPerPanel = 4;
    private const int ItemsPerThread = 4;

    private const int PixelsAhead = 8;

    private readonly ConvolutionShape _shape;
    private readonly int _rowsPerBlock;
    private readonly int _columns;
    private readonly int _blocks;
    private readonly int _panelsPerItem;

    /// <summary>Plans the gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape makes no output.</exception>
    public WeightGradient(ConvolutionShape shape)
    {
        shape.Validate();
        _shape = shape;
        _rowsPerBlock = Math.Clamp(PixelsPerBlock / shape.OutW, 1, shape.N * shape.OutH);
        _columns = shape.Dilation == 1 && shape.KernelW * shape.InChannels <= ChannelBlock ? shape.KernelW : 1;
        _blocks = (shape.InChannels + ChannelBlock - 1) / ChannelBlock;
        _panelsPerItem = Items(ManyPanels) >= EnoughItems ? ManyPanels : FewPanels;
    }

    /// <inheritdoc/>
    public long ScratchLength(int threads) => threads * WorkerScratch;

    private long WorkerScratch => (long)_rowsPerBlock * _shape.OutW * (ChannelBlock + (_panelsPerItem * 2 * Simd.Count));

    /// <inheritdoc/>
    public void Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        int items = Items(_panelsPerItem);
        int blocks = Math.Clamp(Math.Min(TapsPerPanel * _columns / _shape.KernelW, items / (ItemsPerThread * pool.Threads)), 1, _blocks);
        Kernel kernel = new()
        {
            X = x,
            Dy = dy,
            Dw = dw,
            Scratch = scratch,
            WorkerScratch = WorkerScratch,
            Shape = _shape,
            RowsPerBlock = _rowsPerBlock,
            Columns = _columns,
            Panels = _panelsPerItem,
            Groups = Groups(_panelsPerItem),
            Channels = blocks * ChannelBlock,
        };
        pool.Run(kernel, items / _blocks * ((_blocks + blocks - 1) / blocks));
    }

    private int Groups(int panels) => (_shape.OutChannels + (panels * 2 * Simd.Count) - 1) / (panels * 2 * Simd.Count);

    private int Items(int panels) => _shape.KernelH * _blocks * Groups(panels);

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
        public int Panels;
        public int Groups;
        public int Channels;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            int firstOut = item % Groups * Panels * width;
            int filterRow = item / Groups % Shape.KernelH;
            int firstIn = item / Groups / Shape.KernelH * Channels;
            int endIn = Math.Min(Columns * Shape.InChannels, firstIn + Channels);
            int panels = Math.Min(Panels, (Shape.OutChannels - firstOut + width - 1) / width);
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

                for (int block = firstIn; block < endIn; block += ChannelBlock)
                {
                    int channels = Math.Min(ChannelBlock, endIn - block);
                    for (int filterColumn = 0; filterColumn < Shape.KernelW; filterColumn += Columns)
                    {
                        PackTap<T>(firstRow, rows, filterRow, filterColumn, block, channels, packedX);
                        float* dw = Dw + (((((nint)filterRow * Shape.KernelW) + filterColumn) * Shape.InChannels + block) * Shape.OutChannels) + firstOut;
                        for (int p = 0; p < panels; p++)
                        {
                            Panel<T>(packedX, packedDy + ((nint)p * pixels * width), pixels, channels, Shape.OutChannels - firstOut - (p * width), dw + (p * width), firstRow > 0);
                        }
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
            int ci = 0;
            for (int tiles = (channels + OuterProductTile.MaxRows<T>() - 1) / OuterProductTile.MaxRows<T>(); tiles > 0; tiles--)
            {
                // Tiles of about the same height: a last one of a row or two would take as long as one of four.
                int height = (channels - ci + tiles - 1) / tiles;
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
            if (columns == width)
            {
                nint ahead = (nint)PixelsAhead * Shape.OutChannels;
                for (int i = pixels; i > 0; i--, dy += Shape.OutChannels, packed += width)
                {
                    Fetch(dy + ahead, width);
                    T.Load(dy).Store(packed);
                    T.Load(dy + T.Count).Store(packed + T.Count);
                }

                return;
            }

            for (int i = pixels; i > 0; i--, dy += Shape.OutChannels, packed += width)
            {
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
                int start = (filterColumn * Shape.Dilation) - Shape.Padding;
                int firstInside = Math.Clamp((Shape.Stride - 1 - start) / Shape.Stride, 0, Shape.OutW);
                int endInside = Math.Clamp((Shape.W - Columns - start + Shape.Stride) / Shape.Stride, firstInside, Shape.OutW);
                PackAcross(source, start, 0, firstInside, channels, packed);
                PackInside<T>(source + ((((nint)firstInside * Shape.Stride) + start) * Shape.InChannels), endInside - firstInside, channels, packed + (firstInside * ChannelBlock));
                PackAcross(source, start, endInside, Shape.OutW, channels, packed);
                packed += Shape.OutW * ChannelBlock;
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void PackInside<T>(float* pixel, int pixels, int channels, float* packed)
            where T : unmanaged, ISimd<T>
        {
            nint step = (nint)Shape.Stride * Shape.InChannels;
            int whole = channels / T.Count * T.Count;
            for (; pixels > 0; pixels--, pixel += step, packed += ChannelBlock)
            {
                Fetch(pixel + (PixelsAhead * step), channels);
                for (int ci = 0; ci < whole; ci += T.Count)
                {
                    T.Load(pixel + ci).Store(packed + ci);
                }

                for (int ci = whole; ci < channels; ci++)
                {
                    packed[ci] = pixel[ci];
                }
            }
        }

        // Pixels lie so far apart that the machine does not foresee the next. Beyond the last it does no harm.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Fetch(float* pixel, int channels)
        {
            for (int ci = 0; ci < channels; ci += Simd.LineFloats)
            {
                Simd.Prefetch(pixel + ci);
            }
        }

        // Outputs whose taps lie across the input's edge, or beyond it.
        [MethodImpl(IKernel.Compilation)]
        private readonly void PackAcross(float* source, int start, int first, int end, int channels, float* packed)
        {
            for (int ox = first; ox < end; ox++)
            {
                int ix = (ox * Shape.Stride) + start;
                float* pixel = source + ((nint)ix * Shape.InChannels);
                int firstChannel = Math.Clamp(-ix * Shape.InChannels, 0, channels);
                int endChannel = Math.Clamp((Shape.W - ix) * Shape.InChannels, 0, channels);
                for (int ci = 0; ci < channels; ci++)
                {
                    packed[(ox * ChannelBlock) + ci] = ci >= firstChannel && ci < endChannel ? pixel[ci] : 0;
                }
            }
        }
    }
}
