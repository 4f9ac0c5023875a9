namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// How a weight gradient is cut. Tiles fall into blocks, of which the output's gradient is transformed at once, and blocks into runs of the inner loop. The
/// filter falls into work items of a few input channels, each of which transforms its own input and turns its own sums back, run by run and piece by piece of
/// output channels: transformed inputs and sums need not leave the second-level cache.
/// </summary>
internal readonly struct WinogradGradientCut
{
    /// <summary>Input channels of an item.</summary>
    public const int Rows = 32;

    /// <summary>Output channels of a piece.</summary>
    public const int Columns = 64;

    // Tiles of a run: with about as many, the panels of both factors stay in the first-level cache, and transformed inputs in the second.
    private const int RunTiles = 96;

    // The transformed gradient of a block, which all items read, is no larger, or that of one run.
    private const long BlockBytes = 2560 * 1024;

    private readonly int _inChannels;
    private readonly int _outChannels;
    private readonly int _points;
    private readonly int _piecesPerItem;
    private readonly int _itemsPerRow;

    /// <summary>Cuts a weight gradient.</summary>
    /// <param name="tiles">Its tiles.</param>
    /// <param name="points">Points of a tile.</param>
    /// <param name="inChannels">Input channels.</param>
    /// <param name="outChannels">Output channels.</param>
    /// <param name="threads">Threads to keep busy: the cut may depend on them, results do not.</param>
    public WinogradGradientCut(int tiles, int points, int inChannels, int outChannels, int threads)
    {
        (Tiles, _points, _inChannels, _outChannels) = (tiles, points, inChannels, outChannels);
        int runs = Math.Max(1, (tiles + (RunTiles / 2)) / RunTiles);
        TilesPerRun = (tiles + runs - 1) / runs;
        long most = BlockBytes / ((long)points * outChannels * sizeof(float));
        TilesPerBlock = (int)Math.Max(1, most / TilesPerRun) * TilesPerRun;
        Blocks = (tiles + TilesPerBlock - 1) / TilesPerBlock;

        // With fewer rows than threads, items share out the columns too, and each transforms the same input.
        int rows = (inChannels + Rows - 1) / Rows;
        int pieces = (outChannels + Columns - 1) / Columns;
        _piecesPerItem = pieces / Math.Clamp((threads + rows - 1) / rows, 1, pieces);
        _itemsPerRow = (pieces + _piecesPerItem - 1) / _piecesPerItem;
        Items = rows * _itemsPerRow;
    }

    /// <summary>Tiles in all.</summary>
    public int Tiles { get; }

    /// <summary>Blocks of tiles.</summary>
    public int Blocks { get; }

    /// <summary>Tiles of a block, a whole number of runs; the last may have fewer.</summary>
    public int TilesPerBlock { get; }

    /// <summary>Tiles of a run; the last may have fewer.</summary>
    public int TilesPerRun { get; }

    /// <summary>Work items.</summary>
    public int Items { get; }

    /// <summary>Floats from one point of a piece's sums to the next: a cache line more than needed, so that they do not fall into the same cache sets.</summary>
    public static nint PointStride => (Rows * Columns) + WinogradBlock.Lanes;

    /// <summary>Floats of a piece's sums, <c>[point][in][out]</c>.</summary>
    public nint PieceLength => _points * PointStride;

    /// <summary>Floats of the sums: of every item if they must outlast a block, else of every thread.</summary>
    /// <param name="threads">Threads.</param>
    public long SumsLength(int threads) => (long)PieceLength * _piecesPerItem * (Blocks > 1 ? Items : threads);

    /// <summary>Where an item's sums start.</summary>
    /// <param name="item">Which item.</param>
    /// <param name="worker">Who works on it.</param>
    public nint Sums(int item, int worker) => PieceLength * _piecesPerItem * (Blocks > 1 ? item : worker);

    /// <summary>Tiles of one block.</summary>
    public int TilesOf(int block) => Math.Min(TilesPerBlock, Tiles - (block * TilesPerBlock));

    /// <summary>The channels of an item.</summary>
    public void Get(int item, out int firstIn, out int endIn, out int firstOut, out int endOut)
    {
        firstIn = item / _itemsPerRow * Rows;
        endIn = Math.Min(_inChannels, firstIn + Rows);
        firstOut = item % _itemsPerRow * _piecesPerItem * Columns;
        endOut = Math.Min(_outChannels, firstOut + (_piecesPerItem * Columns));
    }
}
