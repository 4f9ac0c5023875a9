using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>How one phase's tiles and channels fall into work items.</summary>
internal readonly struct WinogradItems
{
    // Below this many tiles the channels are shared out too; above, an item is about this many channels, counted over its tiles.
    private const int FewTiles = 32;
    private const int SliceChannels = 128;
    private const int ItemChannels = 512;

    private readonly int _tiles;
    private readonly int _channels;
    private readonly int _tilesPerItem;
    private readonly int _slice;
    private readonly int _slices;

    /// <summary>Cuts a phase.</summary>
    /// <param name="tiles">Its tiles.</param>
    /// <param name="channels">Channels of each.</param>
    public WinogradItems(int tiles, int channels)
    {
        _tiles = tiles;
        _channels = channels;
        _tilesPerItem = tiles < FewTiles ? 1 : Math.Max(1, ItemChannels / channels);
        _slice = tiles < FewTiles ? Math.Min(SliceChannels, channels) : channels;
        _slices = (channels + _slice - 1) / _slice;
    }

    /// <summary>Items in all.</summary>
    public int Count => (_tiles + _tilesPerItem - 1) / _tilesPerItem * _slices;

    /// <summary>The tiles and channels of an item.</summary>
    public void Get(int item, out int firstTile, out int endTile, out int firstChannel, out int endChannel)
    {
        firstTile = item / _slices * _tilesPerItem;
        endTile = Math.Min(_tiles, firstTile + _tilesPerItem);
        firstChannel = item % _slices * _slice;
        endChannel = Math.Min(_channels, firstChannel + _slice);
    }
}

/// <summary>Transforms the input of a block of tiles.</summary>
internal unsafe struct WinogradInputPhase<TTransform> : IKernel
    where TTransform : struct, IWinogradTransform
{
    public WinogradGrid Grid;
    public WinogradItems Items;
    public WinogradBlock V;
    public float* X;
    public int Channels;
    public int FirstTile;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        Items.Get(item, out int tile, out int endTile, out int first, out int end);
        for (; tile < endTile; tile++)
        {
            WinogradTileTransforms.Input<T, TTransform>(Grid, FirstTile + tile, X, Channels, first, end, V, tile, far: true);
        }
    }
}

/// <summary>Multiplies a block of tiles with the filter, point by point.</summary>
internal unsafe struct WinogradProductPhase : IKernel
{
    // Below this many tiles the time goes into fetching the filter, which is read in longer pieces then.
    private const int FewTiles = 32;
    private const int FewTilesColumns = 256;
    private const int Columns = 128;

    public WinogradFilter Filter;
    public WinogradBlock V;
    public WinogradBlock M;
    public float* Packed;
    public int Tiles;

    public readonly int ItemsPerPoint => (Filter.Columns + ColumnsPerItem - 1) / ColumnsPerItem;

    private readonly int ColumnsPerItem => Tiles < FewTiles ? FewTilesColumns : Columns;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        int groups = ItemsPerPoint;
        int first = item % groups * ColumnsPerItem;
        Filter.Multiply<T>(item / groups, first, Math.Min(Filter.Columns, first + ColumnsPerItem), Tiles, Packed, V, M);
    }
}

/// <summary>Transforms the products of a block of tiles into outputs.</summary>
internal unsafe struct WinogradOutputPhase<TTransform> : IKernel
    where TTransform : struct, IWinogradTransform
{
    public WinogradGrid Grid;
    public WinogradItems Items;
    public WinogradBlock M;
    public WinogradEpilogue Epilogue;
    public int Channels;
    public int FirstTile;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        Items.Get(item, out int tile, out int endTile, out int first, out int end);
        for (; tile < endTile; tile++)
        {
            WinogradTileTransforms.Output<T, TTransform>(Grid, FirstTile + tile, M, tile, Epilogue, Channels, first, end);
        }
    }
}

/// <summary>Takes whole blocks of tiles through all three phases, each in the scratch memory of its worker.</summary>
internal unsafe struct WinogradLocalBlocks<TTransform> : IKernel
    where TTransform : struct, IWinogradTransform
{
    public WinogradGrid Grid;
    public WinogradCut Cut;
    public WinogradFilter Filter;
    public WinogradEpilogue Epilogue;
    public float* X;
    public float* Packed;
    public float* Scratch;
    public nint ScratchPerWorker;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        int points = TTransform.Inputs * TTransform.Inputs;
        int tiles = Cut.TilesOf(item);
        int firstTile = item * Cut.TilesPerBlock;
        WinogradBlock v = WinogradBlock.Rows(Scratch + (worker * ScratchPerWorker), Cut.TilesPerBlock, Filter.InChannels);
        WinogradBlock m = WinogradBlock.Rows(v.Data + (points * v.Plane), Cut.TilesPerBlock, Filter.Columns);
        for (int tile = 0; tile < tiles; tile++)
        {
            WinogradTileTransforms.Input<T, TTransform>(Grid, firstTile + tile, X, Filter.InChannels, 0, Filter.InChannels, v, tile, far: false);
        }

        for (int point = 0; point < points; point++)
        {
            Filter.Multiply<T>(point, 0, Filter.Columns, tiles, Packed, v, m);
        }

        for (int tile = 0; tile < tiles; tile++)
        {
            WinogradTileTransforms.Output<T, TTransform>(Grid, firstTile + tile, m, tile, Epilogue, Filter.OutChannels, 0, Filter.OutChannels);
        }
    }
}
