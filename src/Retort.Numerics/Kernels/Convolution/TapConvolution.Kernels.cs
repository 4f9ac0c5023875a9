using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <content>What the threads do: filters into panels, rows with zeros around them, and the tiles themselves.</content>
internal sealed unsafe partial class TapConvolution
{
    private struct PackKernel : IKernel
    {
        public float* Weights;
        public float* Packed;
        public nint TapStride;
        public nint InStride;
        public nint OutStride;
        public Tap* Taps;
        public int TapCount;
        public int InChannels;
        public int OutChannels;
        public int ChannelBlock;
        public int Panels;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            int firstIn = item / Panels * ChannelBlock;
            int channels = Math.Min(ChannelBlock, InChannels - firstIn);
            int firstOut = item % Panels * width;
            int columns = Math.Min(width, OutChannels - firstOut);
            float* q = Packed + ((nint)firstIn * TapCount * Panels * width) + ((nint)(item % Panels) * TapCount * channels * width);
            for (int t = 0; t < TapCount; t++)
            {
                float* tap = Weights + (Taps[t].Index * TapStride) + (firstIn * InStride) + (firstOut * OutStride);
                if (OutStride == 1 && columns == width)
                {
                    for (int k = 0; k < channels; k++, q += width)
                    {
                        T.Load(tap + (k * InStride)).Store(q);
                        T.Load(tap + (k * InStride) + T.Count).Store(q + T.Count);
                    }
                }
                else
                {
                    for (int j = 0; j < columns; j++)
                    {
                        float* column = tap + (j * OutStride);
                        for (int k = 0; k < channels; k++)
                        {
                            q[(k * (nint)width) + j] = column[k * InStride];
                        }
                    }

                    for (int j = columns; j < width; j++)
                    {
                        for (int k = 0; k < channels; k++)
                        {
                            q[(k * (nint)width) + j] = 0;
                        }
                    }

                    q += (nint)channels * width;
                }
            }
        }
    }

    /// <summary>Copies the rows of every block for all items.</summary>
    private struct CopyKernel : IKernel
    {
        public RunKernel Work;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int first = item % Work.ChannelBlocks * Work.ChannelBlock;
            int rowBlock = item / Work.ChannelBlocks % Work.RowBlocks;
            int n = item / Work.ChannelBlocks / Work.RowBlocks;
            int firstRow = rowBlock * Work.RowsPerItem;
            float* source = Work.X + ((nint)n * Work.InH * Work.InW * Work.InChannels) + first;
            Work.CopyBlock(
                source, Math.Min(Work.ChannelBlock, Work.InChannels - first), firstRow, Math.Min(Work.GridH, firstRow + Work.RowsPerItem), Work.SharedBlock(n, rowBlock, first));
        }
    }

    private struct RunKernel : IKernel
    {
        public float* X;
        public float* Packed;
        public float* Bias;
        public float* Residual;
        public float* Y;
        public float* Scratch;
        public long WorkerScratch;

        // The copied blocks where items share them, else null.
        public float* Shared;
        public bool Relu;
        public bool Accumulate;
        public bool Copies;
        public int InH;
        public int InW;
        public int InChannels;
        public int OutChannels;
        public int GridH;
        public int GridW;
        public int Step;
        public int OutPixelStride;
        public int OutRowStride;
        public long OutImageStride;
        public nint ResidualOffset;
        public int RowsPerItem;
        public int RowBlocks;
        public int Panels;
        public int PanelsPerItem;
        public int Groups;
        public int ChannelBlock;
        public int ChannelBlocks;
        public int PixelStride;
        public int BlockH;
        public int BlockW;
        public long BlockLength;
        public int Top;
        public int Left;
        public Tap* Taps;
        public int TapCount;
        public nint* Offsets;
        public int Runs;
        public int RunLength;
        public int* Cuts;
        public int CutCount;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            int group = item % Groups;
            int rowBlock = item / Groups % RowBlocks;
            int n = item / Groups / RowBlocks;
            int firstRow = rowBlock * RowsPerItem;
            int lastRow = Math.Min(GridH, firstRow + RowsPerItem);
            int firstPanel = group * PanelsPerItem;
            int lastPanel = Math.Min(Panels, firstPanel + PanelsPerItem);
            float* tile = Scratch + (worker * WorkerScratch);
            float* block = tile + (TileRows * width);
            float* image = X + ((nint)n * InH * InW * InChannels);

            for (int first = 0; first < InChannels; first += ChannelBlock)
            {
                int channels = Math.Min(ChannelBlock, InChannels - first);
                if (Shared != null)
                {
                    block = SharedBlock(n, rowBlock, first);
                }
                else if (Copies)
                {
                    CopyBlock(image + first, channels, firstRow, lastRow, block);
                }

                float* panels = Packed + ((nint)first * TapCount * Panels * width);
                for (int p = firstPanel; p < lastPanel; p++)
                {
                    float* panel = panels + ((nint)p * TapCount * channels * width);
                    for (int row = firstRow; row < lastRow; row++)
                    {
                        float* y = Y + (n * OutImageStride) + ((nint)row * OutRowStride) + (p * width);
                        if (Copies)
                        {
                            Row<T>(block + ((nint)(row - firstRow) * Step * BlockW * PixelStride), PixelStride, panel, y, p, first, channels, tile, 0, GridW);
                        }
                        else
                        {
                            CutRow<T>(image + first, row, panel, y, p, first, channels, tile);
                        }
                    }
                }
            }
        }

        public readonly float* SharedBlock(int n, int rowBlock, int firstChannel) =>
            Shared + ((((n * RowBlocks) + rowBlock) * ChannelBlocks) + (firstChannel / ChannelBlock)) * BlockLength;

        // The input rows that a block of output rows reads, with zeros where they lie outside the input.
        [MethodImpl(IKernel.Compilation)]
        public readonly void CopyBlock(float* source, int channels, int firstRow, int lastRow, float* block)
        {
            int top = (firstRow * Step) + Top;
            int rows = BlockH - ((RowsPerItem - (lastRow - firstRow)) * Step);
            int before = Math.Clamp(-Left, 0, BlockW);
            int inside = Math.Clamp(Math.Min(BlockW - before, InW - Math.Max(Left, 0)), 0, BlockW);
            float* first = source + (Math.Max(Left, 0) * (nint)InChannels);
            for (int r = 0; r < rows; r++)
            {
                float* d = block + ((nint)r * BlockW * PixelStride);
                if ((uint)(top + r) >= (uint)InH)
                {
                    new Span<float>(d, BlockW * PixelStride).Clear();
                    continue;
                }

                new Span<float>(d, before * PixelStride).Clear();
                float* s = first + ((nint)(top + r) * InW * InChannels);
                float* q = d + (before * (nint)PixelStride);
                if (PixelStride == InChannels)
                {
                    new ReadOnlySpan<float>(s, inside * InChannels).CopyTo(new Span<float>(q, inside * InChannels));
                }
                else
                {
                    for (int x = 0; x < inside; x++)
                    {
                        new ReadOnlySpan<float>(s + (x * (nint)InChannels), channels).CopyTo(new Span<float>(q + (x * (nint)PixelStride), channels));
                    }
                }

                new Span<float>(q + (inside * (nint)PixelStride), (BlockW - before - inside) * PixelStride).Clear();
            }
        }

        // Outputs that all meet all taps.
        [MethodImpl(IKernel.Compilation)]
        private readonly void Row<T>(float* a, int pixelStride, float* panel, float* y, int p, int first, int channels, float* tile, int from, int to)
            where T : unmanaged, ISimd<T>
        {
            int run = RunLength / ChannelBlock * channels;
            int height = GemmTile.Height<T>(to - from);
            nint rowStride = (nint)Step * pixelStride * sizeof(float);
            for (int x = from; x < to;)
            {
                int rows = Math.Min(height, to - x);
                float* c = Begin<T>(y + ((nint)x * OutPixelStride), rows, p, first, tile, out nint ldc, out bool accumulate);
                GemmTile.Run<T>(rows, (byte*)(a + ((nint)x * Step * pixelStride)), rowStride, Offsets, Runs, run, panel, c, ldc, accumulate, PanelFetch.Ahead<T>(panel));
                End<T>(c, ldc, y + ((nint)x * OutPixelStride), rows, p, first);
                x += rows;
            }
        }

        // A row cut into runs of outputs that meet the same taps: the others would read zeros.
        [MethodImpl(IKernel.Compilation)]
        private readonly void CutRow<T>(float* image, int row, float* panel, float* y, int p, int first, int channels, float* tile)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            nint rowStride = (nint)Step * InChannels * sizeof(float);
            for (int cut = 0; cut + 1 < CutCount; cut++)
            {
                int from = Cuts[cut];
                int to = Cuts[cut + 1];
                if (AllTapsInside(row, from))
                {
                    Row<T>(image + ((nint)row * Step * InW * InChannels), InChannels, panel, y, p, first, channels, tile, from, to);
                    continue;
                }

                int height = GemmTile.Height<T>(to - from);
                for (int x = from; x < to;)
                {
                    int rows = Math.Min(height, to - x);
                    float* c = Begin<T>(y + ((nint)x * OutPixelStride), rows, p, first, tile, out nint ldc, out bool accumulate);
                    nint none = 0;
                    for (int t = 0; t < TapCount; t++)
                    {
                        int iy = (row * Step) + Taps[t].Y;
                        int ix = (x * Step) + Taps[t].X;
                        if ((uint)iy < (uint)InH && (uint)ix < (uint)InW)
                        {
                            float* a = image + ((((nint)iy * InW) + ix) * InChannels);
                            float* b = panel + ((nint)t * channels * width);
                            GemmTile.Run<T>(rows, (byte*)a, rowStride, &none, 1, channels, b, c, ldc, accumulate, PanelFetch.Ahead<T>(b));
                            accumulate = true;
                        }
                    }

                    if (!accumulate)
                    {
                        Clear<T>(c, ldc, rows);
                    }

                    End<T>(c, ldc, y + ((nint)x * OutPixelStride), rows, p, first);
                    x += rows;
                }
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly bool AllTapsInside(int row, int column)
        {
            for (int t = 0; t < TapCount; t++)
            {
                if ((uint)((row * Step) + Taps[t].Y) >= (uint)InH || (uint)((column * Step) + Taps[t].X) >= (uint)InW)
                {
                    return false;
                }
            }

            return TapCount > 0;
        }

        [MethodImpl(IKernel.Compilation)]
        private static void Clear<T>(float* c, nint ldc, int rows)
            where T : unmanaged, ISimd<T>
        {
            for (int r = 0; r < rows; r++)
            {
                T.Zero.Store(c + (r * ldc));
                T.Zero.Store(c + (r * ldc) + T.Count);
            }
        }

        // A panel that sticks out over the last channel is computed beside the output.
        [MethodImpl(IKernel.Compilation)]
        private readonly float* Begin<T>(float* y, int rows, int p, int first, float* tile, out nint ldc, out bool accumulate)
            where T : unmanaged, ISimd<T>
        {
            accumulate = first > 0 || Accumulate;
            int width = GemmTile.PanelWidth<T>();
            int columns = OutChannels - (p * width);
            if (columns >= width)
            {
                ldc = OutPixelStride;
                return y;
            }

            ldc = width;
            for (int r = 0; accumulate && r < rows; r++)
            {
                for (int j = 0; j < width; j++)
                {
                    tile[(r * width) + j] = j < columns ? y[(r * (nint)OutPixelStride) + j] : 0;
                }
            }

            return tile;
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void End<T>(float* c, nint ldc, float* y, int rows, int p, int first)
            where T : unmanaged, ISimd<T>
        {
            int width = GemmTile.PanelWidth<T>();
            bool last = first + ChannelBlock >= InChannels;
            if (c == y)
            {
                if (last && (Bias != null || Residual != null || Relu))
                {
                    Finish<T>(c, rows, p * width);
                }

                return;
            }

            int columns = OutChannels - (p * width);
            for (int r = 0; r < rows; r++)
            {
                float* to = y + (r * (nint)OutPixelStride);
                for (int j = 0; j < columns; j++)
                {
                    float v = c[(r * ldc) + j];
                    if (last)
                    {
                        v += Bias != null ? Bias[(p * width) + j] : 0;
                        v += Residual != null ? to[ResidualOffset + j] : 0;
                        v = Relu && v < 0 ? 0 : v;
                    }

                    to[j] = v;
                }
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void Finish<T>(float* c, int rows, int channel)
            where T : unmanaged, ISimd<T>
        {
            T bias0 = Bias == null ? T.Zero : T.Load(Bias + channel);
            T bias1 = Bias == null ? T.Zero : T.Load(Bias + channel + T.Count);
            for (int r = 0; r < rows; r++, c += OutPixelStride)
            {
                T v0 = T.Load(c) + bias0;
                T v1 = T.Load(c + T.Count) + bias1;
                if (Residual != null)
                {
                    v0 += T.Load(c + ResidualOffset);
                    v1 += T.Load(c + ResidualOffset + T.Count);
                }

                if (Relu)
                {
                    v0 = T.Max(v0, T.Zero);
                    v1 = T.Max(v1, T.Zero);
                }

                v0.Store(c);
                v1.Store(c + T.Count);
            }
        }
    }
}
