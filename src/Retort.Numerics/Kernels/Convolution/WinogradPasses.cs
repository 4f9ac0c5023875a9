namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The passes of a Winograd convolution, with the tile size still open.</summary>
internal abstract unsafe class WinogradPasses
{
    /// <summary>The passes for a tile size.</summary>
    public static WinogradPasses Create(ConvolutionShape shape, WinogradTile tile) => tile switch
    {
        WinogradTile.F2 => new WinogradPasses<WinogradF2>(shape),
        WinogradTile.F3 => new WinogradPasses<WinogradF3>(shape),
        WinogradTile.F4 => new WinogradPasses<WinogradF4>(shape),
        _ => throw new ArgumentOutOfRangeException(nameof(tile), tile, "There is no Winograd tile of this size."),
    };

    /// <summary>Floats of a packed filter.</summary>
    public abstract long PackedLength(WinogradFilter filter);

    /// <summary>Floats of scratch memory that <see cref="Convolve"/> needs.</summary>
    public abstract long ConvolveScratch(WinogradFilter filter, int threads);

    /// <summary>Floats of scratch memory that <see cref="WeightGradient"/> needs.</summary>
    public abstract long WeightGradientScratch(int threads);

    /// <summary>Packs <c>[tap][in][out]</c> weights.</summary>
    public abstract void Pack(WorkerPool pool, WinogradFilter filter, float* weights, float* packed);

    /// <summary>Packs the flipped, transposed form of <c>[tap][out][in]</c> weights.</summary>
    public abstract void PackTransposed(WorkerPool pool, WinogradFilter filter, float* weights, float* packed);

    /// <summary>Convolves with a packed filter.</summary>
    public abstract void Convolve(WorkerPool pool, WinogradFilter filter, float* x, float* packed, WinogradEpilogue epilogue, float* scratch);

    /// <summary>The gradient of the filter.</summary>
    public abstract void WeightGradient(WorkerPool pool, float* x, float* dy, float* dw, float* scratch);
}

/// <summary>The passes of a Winograd convolution with one tile size. All tables are made at the start.</summary>
internal sealed unsafe class WinogradPasses<TTransform> : WinogradPasses
    where TTransform : struct, IWinogradTransform
{
    private readonly ConvolutionShape _shape;
    private readonly WinogradOrigin[] _origins;
    private readonly AlignedBuffer _zeros;
    private readonly WinogradGrid _grid;
    private readonly int _points = TTransform.Inputs * TTransform.Inputs;

    public WinogradPasses(ConvolutionShape shape)
    {
        _shape = shape;
        _origins = WinogradGrid.Cover(shape, TTransform.Outputs);
        _zeros = new AlignedBuffer(Math.Max(shape.InChannels, shape.OutChannels));
        _grid = new WinogradGrid(shape, Pinned(_origins), _zeros.Pointer);
    }

    public override long PackedLength(WinogradFilter filter) => (long)_points * filter.Plane;

    public override long ConvolveScratch(WinogradFilter filter, int threads)
    {
        WinogradCut cut = CutOf(filter);
        return ScratchOf(filter, cut) * (cut.Local ? threads : 1);
    }

    public override long WeightGradientScratch(int threads)
    {
        WinogradGradientCut cut = GradientCut(threads);
        WinogradBlock m = WinogradBlock.Panels(null, cut.TilesPerBlock, _shape.OutChannels);
        WinogradBlock v = WinogradBlock.Panels(null, cut.TilesPerRun, WinogradGradientCut.Rows);
        return (_points * (m.Plane + ((long)v.Plane * threads))) + cut.SumsLength(threads);
    }

    public override void Pack(WorkerPool pool, WinogradFilter filter, float* weights, float* packed)
    {
        WinogradFilterTransforms.Pack<TTransform>(pool, filter, weights, packed);
        GC.KeepAlive(this);
    }

    public override void PackTransposed(WorkerPool pool, WinogradFilter filter, float* weights, float* packed)
    {
        WinogradFilterTransforms.PackTransposed<TTransform>(pool, filter, weights, packed);
        GC.KeepAlive(this);
    }

    public override void Convolve(WorkerPool pool, WinogradFilter filter, float* x, float* packed, WinogradEpilogue epilogue, float* scratch)
    {
        WinogradCut cut = CutOf(filter);
        if (cut.Local)
        {
            WinogradLocalBlocks<TTransform> blocks = new()
            {
                Grid = _grid,
                Cut = cut,
                Filter = filter,
                Epilogue = epilogue,
                X = x,
                Packed = packed,
                Scratch = scratch,
                ScratchPerWorker = (nint)ScratchOf(filter, cut),
            };
            pool.Run(blocks, cut.Blocks);
        }
        else
        {
            for (int block = 0; block < cut.Blocks; block++)
            {
                ConvolveShared(pool, filter, cut, block, x, packed, epilogue, scratch);
            }
        }

        GC.KeepAlive(this);
    }

    public override void WeightGradient(WorkerPool pool, float* x, float* dy, float* dw, float* scratch)
    {
        WinogradGradientCut cut = GradientCut(pool.Threads);
        int outChannels = _shape.OutChannels;
        WinogradBlock m = WinogradBlock.Panels(scratch, cut.TilesPerBlock, outChannels);
        float* v = m.Data + (_points * m.Plane);
        nint valuesPerWorker = _points * WinogradBlock.Panels(v, cut.TilesPerRun, WinogradGradientCut.Rows).Plane;
        WinogradFilterGradientPhase<TTransform> rows = new()
        {
            Grid = _grid,
            Cut = cut,
            InChannels = _shape.InChannels,
            OutChannels = outChannels,
            X = x,
            M = m,
            V = v,
            ValuesPerWorker = valuesPerWorker,
            Sums = v + (valuesPerWorker * pool.Threads),
            DW = dw,
        };
        for (rows.Block = 0; rows.Block < cut.Blocks; rows.Block++)
        {
            WinogradItems items = new(cut.TilesOf(rows.Block), outChannels);
            int first = rows.Block * cut.TilesPerBlock;
            pool.Run(new WinogradOutputAdjointPhase<TTransform> { Grid = _grid, Items = items, M = m, DY = dy, Channels = outChannels, FirstTile = first }, items.Count);
            pool.Run(rows, cut.Items);
        }

        GC.KeepAlive(this);
    }

    private void ConvolveShared(WorkerPool pool, WinogradFilter filter, WinogradCut cut, int block, float* x, float* packed, WinogradEpilogue epilogue, float* scratch)
    {
        int tiles = cut.TilesOf(block);
        int first = block * cut.TilesPerBlock;
        WinogradBlock v = WinogradBlock.Rows(scratch, cut.TilesPerBlock, filter.InChannels);
        WinogradBlock m = WinogradBlock.Rows(v.Data + (_points * v.Plane), cut.TilesPerBlock, filter.Columns);

        WinogradItems inputItems = new(tiles, filter.InChannels);
        pool.Run(new WinogradInputPhase<TTransform> { Grid = _grid, Items = inputItems, V = v, X = x, Channels = filter.InChannels, FirstTile = first }, inputItems.Count);

        WinogradProductPhase products = new() { Filter = filter, V = v, M = m, Packed = packed, Tiles = tiles };
        pool.Run(products, _points * products.ItemsPerPoint);

        WinogradItems outputItems = new(tiles, filter.OutChannels);
        pool.Run(new WinogradOutputPhase<TTransform> { Grid = _grid, Items = outputItems, M = m, Epilogue = epilogue, Channels = filter.OutChannels, FirstTile = first }, outputItems.Count);
    }

    private WinogradGradientCut GradientCut(int threads) => new(_origins.Length, _points, _shape.InChannels, _shape.OutChannels, threads);

    private WinogradCut CutOf(WinogradFilter filter) => WinogradCut.ForConvolution(_origins.Length, _points, filter.InChannels + filter.Columns);

    private long ScratchOf(WinogradFilter filter, WinogradCut cut)
    {
        WinogradBlock v = WinogradBlock.Rows(null, cut.TilesPerBlock, filter.InChannels);
        WinogradBlock m = WinogradBlock.Rows(null, cut.TilesPerBlock, filter.Columns);
        return _points * ((long)v.Plane + m.Plane);
    }

    // The array is on the pinned heap, so the address holds as long as the array is reachable.
    private static WinogradOrigin* Pinned(WinogradOrigin[] array)
    {
        fixed (WinogradOrigin* start = array)
        {
            return start;
        }
    }
}
