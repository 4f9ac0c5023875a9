using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// Computes a <see cref="TapGeometry"/> directly: no transformed input, only register tiles over taps. Borders are met in one of two
/// ways, whichever costs less: a block of input rows is copied with zeros around it, or each row is cut into runs of outputs that
/// meet the same taps, and the taps that would read zeros are left out (large dilations).
/// </summary>
internal sealed unsafe partial class TapConvolution
{
    // Input channels of one pass: a panel of 9 taps x 256 channels x 32 columns fits a second-level cache of 512 KB.
    private const int LargestChannelBlock = 256;

    // Outputs of one item: enough to use a panel of weights several times while it is in the cache.
    private const int OutputsPerItem = 256;

    // Few items leave cores idle at the end: small maps are cut by output channels too.
    private const int FewestItems = 16;

    private readonly TapGeometry _g;
    private readonly bool _copies;
    private readonly int _groups;
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
        _groups = (_panels + _panelsPerItem - 1) / _panelsPerItem;
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
    public long ScratchLength(int threads) => (threads * WorkerScratch) + (SharesCopies ? BlockLength * CopiedBlocks : 0);

    // Items that differ in output channels alone read the same rows.
    private bool SharesCopies => _copies && _groups > 1;

    private int CopiedBlocks => _g.N * RowBlocks * ChannelBlocks;

    private int ChannelBlocks => (_g.InChannels + _channelBlock - 1) / _channelBlock;

    private long BlockLength => ((long)_blockH * _blockW * _pixelStride + 15) / 16 * 16;

    private long WorkerScratch
    {
        get
        {
            long block = _copies && !SharesCopies ? BlockLength : 0;
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
        pool.Run(
            new PackKernel
            {
                Weights = weights, Packed = packed, TapStride = tapStride, InStride = inStride, OutStride = outStride, Taps = _taps.Pointer,
                TapCount = _taps.Length, InChannels = _g.InChannels, OutChannels = _g.OutChannels, ChannelBlock = _channelBlock, Panels = _panels,
            },
            ChannelBlocks * _panels);
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
        var kernel = new RunKernel
        {
            X = x, Packed = packed, Bias = bias, Residual = residual, Y = y + _g.OutOffset, Scratch = scratch, WorkerScratch = WorkerScratch,
            Relu = relu, Accumulate = accumulate, Copies = _copies,
            InH = _g.InH, InW = _g.InW, InChannels = _g.InChannels, OutChannels = _g.OutChannels, GridH = _g.GridH, GridW = _g.GridW, Step = _g.Step,
            OutPixelStride = _g.OutPixelStride, OutRowStride = _g.OutRowStride, OutImageStride = _g.OutImageStride,
            ResidualOffset = residual == null ? 0 : (nint)(residual - y),
            RowsPerItem = _rowsPerItem, RowBlocks = RowBlocks, Panels = _panels, PanelsPerItem = _panelsPerItem, Groups = _groups,
            ChannelBlock = _channelBlock, ChannelBlocks = ChannelBlocks, PixelStride = _pixelStride, BlockH = _blockH, BlockW = _blockW, BlockLength = BlockLength,
            Top = _top, Left = _left,
            Taps = _taps.Pointer, TapCount = _taps.Length, Offsets = _offsets.Pointer, Runs = _runs, RunLength = _runLength,
            Cuts = _cuts.Pointer, CutCount = _cuts.Length,
        };
        if (SharesCopies)
        {
            kernel.Shared = scratch + (pool.Threads * WorkerScratch);
            pool.Run(new CopyKernel { Work = kernel }, CopiedBlocks);
        }

        pool.Run(kernel, _g.N * RowBlocks * _groups);
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
}
