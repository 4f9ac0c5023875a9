using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The weight gradient of a convolution, computed directly: dw[tap][ci][co] = sum over outputs p of x[p at tap][ci] * dy[p][co].
/// </summary>
/// <remarks>
/// An item owns a filter row, a block of input channels and a panel of output channels and sums over all outputs by itself, so there
/// are no partial sums to combine and the result does not depend on the number of threads. Blocks of outputs are packed, for a tap
/// the input with zeros where it lies outside, so that the register tile runs over hundreds of pixels without a break.
/// </remarks>
public sealed unsafe class WeightGradient
{
    private const int PixelsPerBlock = 512;
    private const int ChannelBlock = 32;

    private readonly ConvolutionShape _shape;
    private readonly int _rowsPerBlock;

    /// <summary>Plans the gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape makes no output.</exception>
    public WeightGradient(ConvolutionShape shape)
    {
        shape.Validate();
        _shape = shape;
        _rowsPerBlock = Math.Clamp(PixelsPerBlock / shape.OutW, 1, shape.N * shape.OutH);
    }

    /// <summary>Floats of scratch memory.</summary>
    public long ScratchLength(int threads) => threads * WorkerScratch;

    private long WorkerScratch => (long)_rowsPerBlock * _shape.OutW * (ChannelBlock + (2 * Simd.Count));

    /// <summary>Computes the gradient.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">Input <c>[N, H, W, InChannels]</c>.</param>
    /// <param name="dy">Gradient of the output <c>[N, OutH, OutW, OutChannels]</c>.</param>
    /// <param name="dw">Gradient of the filter <c>[tap][in][out]</c>, overwritten.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public void Run(WorkerPool pool, float* x, float* dy, float* dw, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        int panels = (_shape.OutChannels + (2 * Simd.Count) - 1) / (2 * Simd.Count);
        int blocks = (_shape.InChannels + ChannelBlock - 1) / ChannelBlock;
        pool.Run(
            new Kernel { X = x, Dy = dy, Dw = dw, Scratch = scratch, WorkerScratch = WorkerScratch, Shape = _shape, RowsPerBlock = _rowsPerBlock, Panels = panels },
            _shape.KernelH * blocks * panels);
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
        public int Panels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        [SkipLocalsInit]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            int panel = item % Panels * width;
            int filterRow = item / Panels % Shape.KernelH;
            int firstIn = item / Panels / Shape.KernelH * ChannelBlock;
            int columns = Math.Min(width, Shape.OutChannels - panel);
            int channels = Math.Min(ChannelBlock, Shape.InChannels - firstIn);
            float* packedDy = Scratch + (worker * WorkerScratch);
            float* packedX = packedDy + ((nint)RowsPerBlock * Shape.OutW * width);
            float* edge = stackalloc float[8 * 32];
            int allRows = Shape.N * Shape.OutH;
            for (int firstRow = 0; firstRow < allRows; firstRow += RowsPerBlock)
            {
                int rows = Math.Min(RowsPerBlock, allRows - firstRow);
                int pixels = rows * Shape.OutW;
                PackPanel<T>(Dy + ((nint)firstRow * Shape.OutW * Shape.OutChannels) + panel, pixels, columns, packedDy);
                for (int filterColumn = 0; filterColumn < Shape.KernelW; filterColumn++)
                {
                    PackTap(firstRow, rows, filterRow, filterColumn, firstIn, channels, packedX);
                    float* dw = Dw + (((((nint)filterRow * Shape.KernelW) + filterColumn) * Shape.InChannels + firstIn) * Shape.OutChannels) + panel;
                    for (int ci = 0; ci < channels;)
                    {
                        int height = Math.Min(OuterProductTile.MaxRows<T>(), channels - ci);
                        float* c = dw + ((nint)ci * Shape.OutChannels);
                        if (columns == width)
                        {
                            OuterProductTile.Run<T>(height, packedX + ci, ChannelBlock, packedDy, width, T.Count, pixels, c, Shape.OutChannels, firstRow > 0);
                        }
                        else
                        {
                            OuterProductTile.Run<T>(height, packedX + ci, ChannelBlock, packedDy, width, T.Count, pixels, edge, width, accumulate: false);
                            StoreEdge(edge, width, height, columns, c, firstRow > 0);
                        }

                        ci += height;
                    }
                }
            }
        }

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

        // What a tap reads for every output of the block: [output][ChannelBlock], zeros outside the input.
        private readonly void PackTap(int firstRow, int rows, int filterRow, int filterColumn, int firstIn, int channels, float* packed)
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
                    if ((uint)ix < (uint)Shape.W)
                    {
                        new ReadOnlySpan<float>(source + ((nint)ix * Shape.InChannels), channels).CopyTo(new Span<float>(packed, channels));
                    }
                    else
                    {
                        new Span<float>(packed, channels).Clear();
                    }
                }
            }
        }
    }
}
