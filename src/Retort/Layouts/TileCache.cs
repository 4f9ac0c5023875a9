using Retort.Data;
using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>
/// Tiles of large pictures to train on, cut once when training begins. They lie on the grid that inspection uses. Each is kept with a margin, so that a
/// sample can be shifted against the grid: a detector that knew good pictures at the places of the grid alone would stumble over others. Safe for
/// use by several threads.
/// </summary>
internal sealed class TileCache : ISampleSource
{
    /// <summary>The most tiles that are kept unless more are asked for.</summary>
    public const int MostTiles = 4096;

    // A sixteenth of a tile to all sides.
    private const int MarginDivisor = 16;

    private readonly int _size;
    private readonly RgbImage[] _tiles;

    private TileCache(IReadOnlyList<string> paths, int size, RgbImage[] tiles) => (Paths, _size, _tiles) = (paths, size, tiles);

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc/>
    public int Count => _tiles.Length;

    /// <summary>A tile, shifted by up to a sixteenth of its side along both axes.</summary>
    public RgbImage Draw(int index, ref CounterRandom random)
    {
        RgbImage tile = _tiles[index];
        int left = random.NextInt(tile.Width - _size + 1);
        int top = random.NextInt(tile.Height - _size + 1);
        var shifted = new RgbImage(_size, _size);
        for (int y = 0; y < _size; y++)
        {
            tile.Pixels.AsSpan((((top + y) * tile.Width) + left) * 3, _size * 3).CopyTo(shifted.Pixels.AsSpan(y * _size * 3));
        }

        return shifted;
    }

    /// <summary>Reads the pictures, one or some at a time and row by row, and keeps tiles of them.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="layout">How they are cut, and what of them counts: of a tile that is kept, some.</param>
    /// <param name="size">The side to which tiles are resized.</param>
    /// <param name="most">The most tiles to keep, drawn at random where there are more; null for <see cref="MostTiles"/>, or as many as fit the default budget.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="policy">What to do about a file that cannot be decoded.</param>
    /// <param name="skipped">Is told each file that is left out, in the order of the list, and why.</param>
    /// <param name="budget">How many bytes of tiles may be kept.</param>
    /// <param name="threads">How many pictures to read at a time, at the most; 0 for as many as there are cores.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ImageException">A file cannot be decoded or nothing of it counts, and the policy is to stop.</exception>
    /// <exception cref="RetortException">No file can be decoded, or the tiles do not fit the budget.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TileCache Load(
        IReadOnlyList<string> paths,
        PictureLayout layout,
        int size,
        int? most,
        ulong seed,
        BadPicturePolicy policy,
        Action<string, ImageException> skipped,
        long budget,
        int threads,
        CancellationToken cancellation)
    {
        int side = size + (2 * (size / MarginDivisor));
        long bytes = (long)side * side * 3;
        var sweep = new PictureSweep(paths, threads, cancellation);
        var cutting = new TileCutting(sweep, layout, size, side, cancellation);
        cutting.Plan();
        sweep.Settle(policy, (_, _) => { });
        int count = cutting.Choose(most ?? (int)Math.Min(MostTiles, PictureCache.DefaultBudget / bytes), seed);
        if (count * bytes > budget)
        {
            throw new RetortException(
                $"--tiles: {count} tiles at an input of {size} take {(count * bytes >> 20) + 1} MB, more than the {budget >> 20} MB of --memory; allow for more, or train on fewer tiles.");
        }

        cutting.Cut();
        sweep.Settle(policy, skipped);
        return new TileCache([.. sweep.Good.Select(i => paths[i])], size, cutting.Tiles);
    }
}
