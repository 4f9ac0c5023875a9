using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>Cuts the tiles of a <see cref="TileCache"/>: finds where they lie in all pictures, draws those to keep, and reads the pictures once for them.</summary>
internal sealed class TileCutting
{
    private const int Stream = 0x74696C65;

    private readonly PictureSweep _sweep;
    private readonly PictureLayout _layout;
    private readonly int _size;
    private readonly int _side;
    private readonly int _patch;
    private readonly (int Left, int Top)[][] _places;
    private readonly RgbImage[][] _tiles;
    private readonly CancellationToken _cancellation;

    /// <summary>Begins.</summary>
    /// <param name="sweep">The pictures.</param>
    /// <param name="layout">How they are cut, and what of them counts.</param>
    /// <param name="size">The side to which a tile is resized.</param>
    /// <param name="side">The same with its margins.</param>
    /// <param name="cancellation">Stops it.</param>
    public TileCutting(PictureSweep sweep, PictureLayout layout, int size, int side, CancellationToken cancellation)
    {
        (_sweep, _layout, _size, _side, _cancellation) = (sweep, layout, size, side, cancellation);
        _patch = (int)Math.Round((double)side * layout.Tiling!.Side / size);
        _places = new (int, int)[sweep.Paths.Count][];
        _tiles = new RgbImage[sweep.Paths.Count][];
    }

    /// <summary>The tiles, when they were cut, in the order of the pictures and in each from the top.</summary>
    public RgbImage[] Tiles => [.. _sweep.Good.SelectMany(i => _tiles[i])];

    /// <summary>Finds the places of all tiles of which something counts, from the pictures' headers.</summary>
    public void Plan() => _sweep.ForEach(i =>
    {
        using RowReader rows = RowReader.Open(_sweep.Paths[i]);
        var area = new PictureArea(_layout, rows.Width, rows.Height, rows.Name);
        var grid = new TileGrid(rows.Width, rows.Height, area.Region, _layout.Tiling!);
        _places[i] = [.. PlacesOf(grid, area)];
        if (_places[i].Length == 0)
        {
            throw area.NothingCounts();
        }
    });

    /// <summary>Draws the tiles to keep.</summary>
    /// <param name="most">How many at the most.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <returns>How many.</returns>
    public int Choose(int most, ulong seed)
    {
        int total = _sweep.Good.Sum(i => _places[i].Length);
        if (total <= most)
        {
            return total;
        }

        HashSet<int> chosen = [.. new CounterRandom(seed, Stream).NextPermutation(total).Take(most)];
        int first = 0;
        foreach (int i in _sweep.Good)
        {
            int start = first;
            first += _places[i].Length;
            _places[i] = [.. _places[i].Where((_, k) => chosen.Contains(start + k))];
        }

        return most;
    }

    /// <summary>Reads the pictures and cuts their tiles, each with its margin, which at the edges of a picture lies on one side.</summary>
    public void Cut() => _sweep.ForEach(i =>
    {
        _tiles[i] = new RgbImage[_places[i].Length];
        using RowReader rows = RowReader.Open(_sweep.Paths[i]);
        var cutter = new TileCutter(rows, _patch);
        var resizer = new PillowResizer(_patch, _patch, _side, _side);
        byte[] patch = new byte[_patch * _patch * 3];
        int margin = (_patch - _layout.Tiling!.Side) / 2;
        for (int k = 0; k < _tiles[i].Length; k++)
        {
            _cancellation.ThrowIfCancellationRequested();
            int left = Math.Clamp(_places[i][k].Left - margin, 0, Math.Max(0, rows.Width - _patch));
            int top = Math.Clamp(_places[i][k].Top - margin, 0, Math.Max(0, rows.Height - _patch));
            cutter.MoveTo(top);
            cutter.Cut(left, top, patch);
            _tiles[i][k] = new RgbImage(_side, _side);
            resizer.Resize(patch, _tiles[i][k].Pixels);
        }
    });

    private IEnumerable<(int Left, int Top)> PlacesOf(TileGrid grid, PictureArea area)
    {
        double step = (double)grid.Side / _size;
        bool[] ignored = new bool[_size * _size];
        int[] lefts = grid.Lefts.ToArray();
        foreach (int top in grid.Tops.ToArray())
        {
            foreach (int left in lefts)
            {
                if (area.CountsWholly(left, top, grid.Side, grid.Side) || area.Mark(left, top, step, step, ignored, _size) > 0)
                {
                    yield return (left, top);
                }
            }
        }
    }
}
