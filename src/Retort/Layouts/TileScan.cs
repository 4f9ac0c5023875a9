using Retort.Detectors;
using Retort.Imaging;
using Retort.Methods;

namespace Retort.Layouts;

/// <summary>Computes the maps and scores of some tiles.</summary>
/// <param name="tiles">The tiles at the detector's input size, one after the other, <c>[count, Size, Size, 3]</c>.</param>
/// <param name="count">How many.</param>
/// <param name="each">Is given each tile's number among them, and the scorer that has just run.</param>
internal delegate void ScoreTiles(ReadOnlySpan<byte> tiles, int count, Action<int, IScorer> each);

/// <summary>
/// Inspects a picture tile by tile while it is read from top to bottom. Its score is the largest of its tiles' scores, each of which is the method's
/// score of the tile's pixels that count.
/// </summary>
internal sealed class TileScan
{
    private readonly RowReader _rows;
    private readonly TileGrid _grid;
    private readonly PictureArea _area;
    private readonly ScoreTiles _score;
    private readonly int _size;
    private readonly MapBlend[] _maps;
    private readonly float[] _scores;
    private readonly PillowResizer _resizer;
    private readonly byte[] _tile;
    private readonly byte[] _batch;
    private readonly Slot[] _slots;
    private int _waiting;

    /// <summary>Begins.</summary>
    /// <param name="rows">The picture, of which nothing was read yet.</param>
    /// <param name="layout">How it is cut, and what of it counts.</param>
    /// <param name="size">The side of the detector's input.</param>
    /// <param name="batch">How many tiles to score at a time.</param>
    /// <param name="components">How many maps to make.</param>
    /// <param name="score">Scores them.</param>
    /// <exception cref="ImageException">The region of interest lies beside the picture, or the picture is too wide.</exception>
    public TileScan(RowReader rows, PictureLayout layout, int size, int batch, int components, ScoreTiles score)
    {
        (_rows, _score, _size) = (rows, score, size);
        _area = new PictureArea(layout, rows.Width, rows.Height, rows.Name);
        _grid = new TileGrid(rows.Width, rows.Height, _area.Region, layout.Tiling!);
        _maps = [.. Enumerable.Range(0, components).Select(_ => new MapBlend(_grid, _area, size))];
        _scores = new float[components];
        Array.Fill(_scores, float.NegativeInfinity);
        _resizer = new PillowResizer(_grid.Side, _grid.Side, size, size);
        _tile = new byte[_grid.Side * _grid.Side * 3];
        _batch = new byte[batch * size * size * 3];
        _slots = [.. Enumerable.Range(0, batch).Select(_ => new Slot(new bool[size * size]))];
    }

    /// <summary>Goes through the picture.</summary>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="ImageException">The picture is damaged or cut short, or nothing of it counts.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public PictureFindings Run(CancellationToken cancellationToken)
    {
        bool any = false;
        var cutter = new TileCutter(_rows, _grid.Side);
        for (int row = 0; row < _grid.Tops.Length; row++)
        {
            cutter.MoveTo(_grid.Tops[row]);
            for (int column = 0; column < _grid.Lefts.Length; column++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Slot slot = _slots[_waiting];
                if (!slot.Take(column, row, _grid, _area, _size))
                {
                    continue;
                }

                any = true;
                cutter.Cut(_grid.Lefts[column], _grid.Tops[row], _tile);
                _resizer.Resize(_tile, _batch.AsSpan(_waiting * _size * _size * 3, _size * _size * 3));
                if (++_waiting == _slots.Length)
                {
                    ScoreWaiting();
                }
            }
        }

        ScoreWaiting();
        return any
            ? new PictureFindings(_grid.Width, _grid.Height, [.. _maps.Select(m => m.Complete())], _scores)
            : throw _area.NothingCounts();
    }

    private void ScoreWaiting()
    {
        if (_waiting > 0)
        {
            _score(_batch.AsSpan(0, _waiting * _size * _size * 3), _waiting, Add);
            _waiting = 0;
        }
    }

    private void Add(int tile, IScorer scorer)
    {
        Slot slot = _slots[tile];
        for (int c = 0; c < _maps.Length; c++)
        {
            _maps[c].Add(slot.Column, slot.Row, scorer.Map(c, tile));

            // A score that is not a number stays one.
            _scores[c] = Math.Max(_scores[c], slot.All ? scorer.Score(c, tile) : scorer.Score(c, tile, slot.Ignored));
        }
    }

    /// <summary>A tile that waits to be scored.</summary>
    /// <param name="ignored">Memory for its marks.</param>
    private sealed class Slot(bool[] ignored)
    {
        public int Column { get; private set; }

        public int Row { get; private set; }

        /// <summary>Whether all of it counts; then the marks mean nothing.</summary>
        public bool All { get; private set; }

        public bool[] Ignored => ignored;

        /// <summary>Takes a tile in, unless nothing of it counts.</summary>
        public bool Take(int column, int row, TileGrid grid, PictureArea area, int size)
        {
            (Column, Row) = (column, row);
            (int left, int top) = (grid.Lefts[column], grid.Tops[row]);
            All = area.CountsWholly(left, top, grid.Side, grid.Side);
            if (All)
            {
                return true;
            }

            double step = (double)grid.Side / size;
            int counted = area.Mark(left, top, step, step, ignored, size);
            All = counted == ignored.Length;
            return counted > 0;
        }
    }
}
