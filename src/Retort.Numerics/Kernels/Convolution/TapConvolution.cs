using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// Computes a <see cref="TapGeometry"/> directly: no transformed input, only register tiles over taps. Borders are met in one of two
/// ways, whichever costs less: a block of input rows is copied with zeros around it, or each row is cut into runs of outputs that
/// meet the same taps, and the taps that would read zeros are left out (large dilations).
/// </summary>
internal sealed unsafe class TapConvolution
{
    // Input channels of one pass: a panel of 9 taps x 256 channels x 32 columns fits a second-level cache of 512 KB.
    private const int LargestChannelBlock = 256;

    // Outputs of one item: enough to use a panel of weights several times while it is in the cache.
    private const int OutputsPerItem = 256;

    // Few items leave cores idle at the end: small maps are cut by output channels too.
    private const int FewestItems = 16;

    private readonly TapGeometry _g;
    private readonly bool _copies;
    private readonly int _channelBlock;
    private readonly int _rowsPerItem;
    private readonly int _panelsPerItem;
    private readonly int _panels;
    private readonly int _blockH;
    private readonly int _blockW;
    private readonly int _pixelStride;
    private readonly int _top;
    private readonly int _left;
    private readonly int _runs;
    private readonly int _runLength;
    private readonly PinnedArray<Tap> _taps;
    private readonly PinnedArray<nint> _offsets;
    private readonly PinnedArray<int> _cuts;

    /// <summary>Plans the computation.</summary>
    public TapConvolution(TapGeometry geometry)
    {
        _g = geometry;
        int width = PanelWidth;
        _panels = (_g.OutChannels + width - 1) / width;
        int blocks = (_g.InChannels + LargestChannelBlock - 1) / LargestChannelBlock;
        _channelBlock = (_g.InChannels + blocks - 1) / blocks;
        _rowsPerItem = Math.Clamp(OutputsPerItem / _g.GridW, 1, _g.GridH);
        int items = _g.N * RowBlocks;
        int groups = Math.Clamp((FewestItems + items - 1) / items, 1, _panels);
        _panelsPerItem = (_panels + groups - 1) / groups;
        _taps = new PinnedArray<Tap>(_g.Taps);

        int minY = 0, minX = 0, maxY = 0, maxX = 0;
        if (_g.Taps.Length > 0)
        {
            minY = _g.Taps.Min(t => t.Y);
            maxY = _g.Taps.Max(t => t.Y);
            minX = _g.Taps.Min(t => t.X);
            maxX = _g.Taps.Max(t => t.X);
        }

        _top = minY;
        _left = minX;
        _blockH = ((_rowsPerItem - 1) * _g.Step) + maxY - minY + 1;
        _blockW = ((_g.GridW - 1) * _g.Step) + maxX - minX + 1;
        int[] cuts = Cuts();
        _cuts = new PinnedArray<int>(cuts);
        bool inside = cuts.Length == 2 && minY >= 0 && ((_g.GridH - 1) * _g.Step) + maxY < _g.InH;
        _copies = !inside && CutCost(cuts) > 1.1 * TileCost(_g.GridW) * _g.Taps.Length;

        // Rows of a tile that lie a multiple of 4096 bytes apart fall into the same cache sets: a copy can space them out.
        _pixelStride = _channelBlock * _g.Step * sizeof(float) % 4096 == 0 ? _channelBlock + 16 : _channelBlock;

        // Neighbouring taps of a filter row that lie together in memory are one run.
        bool joined = _copies ? _pixelStride == _channelBlock && blocks == 1 : blocks == 1;
        (_runs, _runLength, nint[] offsets) = Offsets(joined);
        _offsets = new PinnedArray<nint>(offsets);
    }

    private static int PanelWidth => 2 * Simd.Count;

    private int RowBlocks => (_g.GridH + _rowsPerItem - 1) / _rowsPerItem;

    /// <summary>Floats of the packed filter.</summary>
    public long PackedLength => (long)_panels * PanelWidth * _g.Taps.Length * _g.InChannels;

    /// <summary>Floats of scratch memory.</summary>
    public long ScratchLength(int threads) => threads * WorkerScratch;

    private long WorkerScratch
    {
        get
        {
            long block = _copies ? (long)_blockH * _blockW * _pixelStride : 0;
            long tile = (long)TileRows * PanelWidth;
            return (block + tile + 31) / 16 * 16;
        }
    }

    private static int TileRows => 12;

    /// <summary>Packs the filter into panels.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="weights">The filter.</param>
    /// <param name="tapStride">Floats from one tap to the next.</param>
    /// <param name="inStride">Floats from one channel that is summed over to the next.</param>
    /// <param name="outStride">Floats from one channel that is made to the next.</param>
    /// <param name="packed">Receives <c>[channel block][panel][tap][channel][PanelWidth]</c>.</param>
    public void Pack(WorkerPool pool, float* weights, nint tapStride, nint inStride, nint outStride, float* packed)
    {
        int blocks = (_g.InChannels + _channelBlock - 1) / _channelBlock;
        pool.Run(
            new PackKernel
            {
                Weights = weights, Packed = packed, TapStride = tapStride, InStride = inStride, OutStride = outStride, Taps = _taps.Pointer,
                TapCount = _taps.Length, InChannels = _g.InChannels, OutChannels = _g.OutChannels, ChannelBlock = _channelBlock, Panels = _panels,
            },
            blocks * _panels);
    }

    /// <summary>Computes the grid.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">The input.</param>
    /// <param name="packed">The packed filter.</param>
    /// <param name="bias">One value an output channel, or null.</param>
    /// <param name="residual">Added to the result, laid out as the output; or null.</param>
    /// <param name="relu">Negative results become zero.</param>
    /// <param name="accumulate">Add to the output instead of overwriting it.</param>
    /// <param name="y">The output tensor.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public void Run(WorkerPool pool, float* x, float* packed, float* bias, float* residual, bool relu, bool accumulate, float* y, float* scratch)
    {
        int groups = (_panels + _panelsPerItem - 1) / _panelsPerItem;
        pool.Run(
            new RunKernel
            {
                X = x, Packed = packed, Bias = bias, Residual = residual, Y = y + _g.OutOffset, Scratch = scratch, WorkerScratch = WorkerScratch,
                Relu = relu, Accumulate = accumulate, Copies = _copies,
                InH = _g.InH, InW = _g.InW, InChannels = _g.InChannels, OutChannels = _g.OutChannels, GridH = _g.GridH, GridW = _g.GridW, Step = _g.Step,
                OutPixelStride = _g.OutPixelStride, OutRowStride = _g.OutRowStride, OutImageStride = _g.OutImageStride,
                ResidualOffset = residual == null ? 0 : (nint)(residual - y),
                RowsPerItem = _rowsPerItem, RowBlocks = RowBlocks, Panels = _panels, PanelsPerItem = _panelsPerItem, Groups = groups,
                ChannelBlock = _channelBlock, PixelStride = _pixelStride, BlockH = _blockH, BlockW = _blockW, Top = _top, Left = _left,
                Taps = _taps.Pointer, TapCount = _taps.Length, Offsets = _offsets.Pointer, Runs = _runs, RunLength = _runLength,
                Cuts = _cuts.Pointer, CutCount = _cuts.Length,
            },
            _g.N * RowBlocks * groups);
        GC.KeepAlive(this);
    }

    // Columns at which the set of taps that read inside the input changes; the ends included.
    private int[] Cuts()
    {
        var cuts = new SortedSet<int> { 0, _g.GridW };
        foreach (Tap tap in _g.Taps)
        {
            int first = tap.X >= 0 ? 0 : (-tap.X + _g.Step - 1) / _g.Step;
            int last = _g.InW - 1 - tap.X < 0 ? 0 : ((_g.InW - 1 - tap.X) / _g.Step) + 1;
            cuts.Add(Math.Clamp(first, 0, _g.GridW));
            cuts.Add(Math.Clamp(last, 0, _g.GridW));
        }

        return [.. cuts];
    }

    // A tile of few rows waits for its own additions: it takes as long as one of four.
    private static double TileCost(int outputs)
    {
        int tiles = (outputs + TileRows - 1) / TileRows;
        return Math.Max(outputs, 4.0 * tiles) + (0.5 * tiles);
    }

    private double CutCost(int[] cuts)
    {
        double cost = 0;
        for (int i = 0; i + 1 < cuts.Length; i++)
        {
            int column = cuts[i] * _g.Step;
            int taps = _g.Taps.Count(t => column + t.X >= 0 && column + t.X < _g.InW);
            cost += TileCost(cuts[i + 1] - cuts[i]) * taps;
        }

        return cost;
    }

    private (int Runs, int RunLength, nint[] Offsets) Offsets(bool join)
    {
        int columns = _g.Taps.Length == 0 ? 1 : _g.Taps.Count(t => t.Y == _g.Taps[0].Y);
        for (int i = 0; join && i < _g.Taps.Length; i++)
        {
            Tap rowStart = _g.Taps[i / columns * columns];
            join = _g.Taps[i].Y == rowStart.Y && _g.Taps[i].X == rowStart.X + (i % columns);
        }

        int step = join ? columns : 1;
        int pixelStride = _copies ? _pixelStride : _g.InChannels;
        long rowStride = (long)(_copies ? _blockW : _g.InW) * pixelStride;
        (int top, int left) = _copies ? (_top, _left) : (0, 0);
        var offsets = new nint[_g.Taps.Length / step];
        for (int i = 0; i < offsets.Length; i++)
        {
            Tap tap = _g.Taps[i * step];
            offsets[i] = (nint)((((tap.Y - top) * rowStride) + ((tap.X - left) * (long)pixelStride)) * sizeof(float));
        }

        return (offsets.Length, step * _channelBlock, offsets);
    }

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

    private struct RunKernel : IKernel
    {
        public float* X;
        public float* Packed;
        public float* Bias;
        public float* Residual;
        public float* Y;
        public float* Scratch;
        public long WorkerScratch;
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
        public int PixelStride;
        public int BlockH;
        public int BlockW;
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
                if (Copies)
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

        // The input rows that a block of output rows reads, with zeros where they lie outside the input.
        [MethodImpl(IKernel.Compilation)]
        private readonly void CopyBlock(float* source, int channels, int firstRow, int lastRow, float* block)
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
                GemmTile.Run<T>(rows, (byte*)(a + ((nint)x * Step * pixelStride)), rowStride, Offsets, Runs, run, panel, c, ldc, accumulate);
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
                            GemmTile.Run<T>(rows, (byte*)a, rowStride, &none, 1, channels, panel + ((nint)t * channels * width), c, ldc, accumulate);
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
