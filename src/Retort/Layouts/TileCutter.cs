using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>Cuts tiles of a picture while it is read from top to bottom: no more rows than a tile has are kept.</summary>
internal sealed class TileCutter
{
    private readonly RowReader _rows;
    private readonly int _side;
    private readonly int _kept;
    private readonly byte[] _ring;

    /// <summary>Begins at the top.</summary>
    /// <param name="rows">The picture.</param>
    /// <param name="side">The side of the tiles.</param>
    /// <exception cref="ImageException">So many rows of this width are more than memory can be had for.</exception>
    public TileCutter(RowReader rows, int side)
    {
        _rows = rows;
        _side = side;
        _kept = Math.Min(side, rows.Height);
        long bytes = (long)_kept * rows.Width * 3;
        _ring = bytes <= Array.MaxLength
            ? new byte[bytes]
            : throw new ImageException($"{rows.Name} is {rows.Width} pixels wide, too much for tiles of {side}: use smaller tiles, or leave it out.");
    }

    /// <summary>Reads as far as the tiles of a row of tiles need; the rows above it are forgotten.</summary>
    /// <param name="top">The upper edge of the tiles, no less than the last one.</param>
    /// <exception cref="ImageException">The picture is damaged or cut short.</exception>
    public void MoveTo(int top)
    {
        int end = Math.Min(top + _side, _rows.Height);
        while (_rows.Position < end)
        {
            int slot = _rows.Position % _kept;
            int count = Math.Min(end - _rows.Position, _kept - slot);
            _rows.Read(_ring.AsSpan(slot * Stride, count * Stride));
        }
    }

    /// <summary>Cuts a tile. What lies beyond the right and lower edges of the picture is its mirror image.</summary>
    /// <param name="left">The left edge.</param>
    /// <param name="top">The upper edge, that of <see cref="MoveTo"/>.</param>
    /// <param name="tile">Takes the tile, <c>[side, side, 3]</c>.</param>
    public void Cut(int left, int top, Span<byte> tile)
    {
        int inside = Math.Min(_side, _rows.Width - left);
        for (int y = 0; y < _side; y++)
        {
            int row = Mirror(top + y, _rows.Height) % _kept;
            ReadOnlySpan<byte> source = _ring.AsSpan(row * Stride, Stride);
            Span<byte> target = tile.Slice(y * _side * 3, _side * 3);
            source.Slice(left * 3, inside * 3).CopyTo(target);
            for (int x = inside; x < _side; x++)
            {
                source.Slice(Mirror(left + x, _rows.Width) * 3, 3).CopyTo(target[(x * 3)..]);
            }
        }
    }

    private int Stride => _rows.Width * 3;

    // To and fro between the edges, each edge twice.
    private static int Mirror(int at, int length)
    {
        int place = at % (2 * length);
        return place < length ? place : (2 * length) - 1 - place;
    }
}
