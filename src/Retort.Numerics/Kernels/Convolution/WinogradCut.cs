namespace Retort.Numerics.Kernels.Convolution;

/// <summary>How the tiles of a convolution are cut into blocks. It depends on extents only, never on the number of threads.</summary>
internal readonly struct WinogradCut
{
    // Of the second-level cache of a core, what a block's values may fill: current server and desktop cores have 1 MB or more.
    private const long CacheBytes = 960 * 1024;

    // Tiles of a block come in multiples of the register tile's height.
    private const int TileStep = 12;

    // With fewer blocks than this, threads that take whole blocks would wait for each other at the end.
    private const int FewestLocalBlocks = 4;
    private const int EnoughLocalBlocks = 16;

    // Of a large convolution's values, what may lie in the third-level cache: more tiles at once gain nothing.
    private const int MostSharedTiles = 64;

    private WinogradCut(int tiles, int mostTiles, bool local)
    {
        Tiles = tiles;
        Blocks = (tiles + mostTiles - 1) / mostTiles;
        TilesPerBlock = (tiles + Blocks - 1) / Blocks;
        Local = local;
    }

    /// <summary>Tiles in all.</summary>
    public int Tiles { get; }

    /// <summary>Blocks in all.</summary>
    public int Blocks { get; }

    /// <summary>Tiles of a block; the last may have fewer.</summary>
    public int TilesPerBlock { get; }

    /// <summary>Whether a block is one work item, its values in the cache of the core that does it. Otherwise blocks follow each
    /// other, and threads share the three phases of each.</summary>
    public bool Local { get; }

    /// <summary>Tiles of one block.</summary>
    public int TilesOf(int block) => Math.Min(TilesPerBlock, Tiles - (block * TilesPerBlock));

    /// <summary>Cuts a convolution.</summary>
    /// <param name="tiles">Its tiles.</param>
    /// <param name="points">Points of a tile.</param>
    /// <param name="channels">Input and output channels together.</param>
    public static WinogradCut ForConvolution(int tiles, int points, int channels)
    {
        long bytesPerTile = (long)points * channels * sizeof(float);
        int fitting = (int)(CacheBytes / bytesPerTile) / TileStep * TileStep;
        if (fitting < TileStep || tiles < FewestLocalBlocks * TileStep)
        {
            return new WinogradCut(tiles, MostSharedTiles, local: false);
        }

        int enough = tiles / EnoughLocalBlocks / TileStep * TileStep;
        return new WinogradCut(tiles, Math.Clamp(enough, TileStep, fitting), local: true);
    }
}
