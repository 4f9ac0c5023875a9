using Retort.Detectors;

namespace Retort.Layouts;

/// <summary>
/// Blends the maps of tiles into one that stretches over the picture. A pixel is the mean of the tiles that cover it, weighted by a raised cosine
/// over each tile (Hann's window: <c>sin^2(pi (i + 1/2) / size)</c> along both sides), so that a tile counts most in its middle, where the network sees
/// around a pixel on all sides, and no seams show. No more rows than a tile's are kept at full resolution; what is done is reduced to a map
/// of bounded size, each pixel of which is the largest of those it covers, so that nothing small is lost.
/// </summary>
internal sealed class MapBlend
{
    /// <summary>The most pixels of a map unless told otherwise: 64 MB.</summary>
    public const int MostPixels = 1 << 24;

    private readonly TileGrid _grid;
    private readonly PictureArea _area;
    private readonly int _size;
    private readonly float[] _window;
    private readonly int[] _lefts;
    private readonly int[] _tops;
    private readonly float[] _across;
    private readonly float[] _down;
    private readonly float[] _sums;
    private readonly bool[] _ignored;
    private readonly int _width;
    private readonly int _height;
    private readonly int _reducedWidth;
    private readonly int _reducedHeight;
    private readonly float[] _reduced;
    private int _done;

    /// <summary>Begins a map.</summary>
    /// <param name="grid">Where the tiles lie.</param>
    /// <param name="area">What counts; the map is 0 elsewhere.</param>
    /// <param name="size">The side of a tile's map.</param>
    /// <param name="mostPixels">The most pixels of the result.</param>
    public MapBlend(TileGrid grid, PictureArea area, int size, int mostPixels = MostPixels)
    {
        (_grid, _area, _size) = (grid, area, size);
        _width = Scaled(grid.Width);
        _height = Scaled(grid.Height);
        _window = [.. Enumerable.Range(0, size).Select(i => (float)Math.Pow(Math.Sin(Math.PI * (i + 0.5) / size), 2))];
        _lefts = Places(grid.Lefts, _width);
        _tops = Places(grid.Tops, _height);
        _across = Weights(_lefts, _width);
        _down = Weights(_tops, _height);
        _sums = new float[Math.Min(size, _height) * _width];
        _ignored = new bool[_width];
        double reduction = Math.Max(1, Math.Sqrt((double)_width * _height / mostPixels));
        _reducedWidth = Math.Max(1, (int)(_width / reduction));
        _reducedHeight = Math.Clamp((int)(_height / reduction), 1, Math.Max(1, mostPixels / _reducedWidth));
        _reduced = new float[_reducedWidth * _reducedHeight];
        Array.Fill(_reduced, float.NegativeInfinity);
    }

    /// <summary>Adds the map of a tile. Rows of tiles come from the top; a tile of which nothing counts may be left out.</summary>
    /// <param name="column">Its column in the grid.</param>
    /// <param name="row">Its row in the grid.</param>
    /// <param name="map">Its map, <c>[size, size]</c>.</param>
    public void Add(int column, int row, ReadOnlySpan<float> map)
    {
        (int left, int top) = (_lefts[column], _tops[row]);
        FinishAbove(top);
        int width = Math.Min(_size, _width - left);
        for (int y = 0; y < Math.Min(_size, _height - top); y++)
        {
            Span<float> sums = Row(top + y).Slice(left, width);
            ReadOnlySpan<float> values = map.Slice(y * _size, width);
            float weight = _window[y];
            for (int x = 0; x < width; x++)
            {
                sums[x] += weight * _window[x] * values[x];
            }
        }
    }

    /// <summary>The map of the whole picture, when all tiles were added.</summary>
    public AnomalyMap Complete()
    {
        FinishAbove(_height);
        return new AnomalyMap(_reducedWidth, _reducedHeight, _reduced);
    }

    private void FinishAbove(int end)
    {
        for (; _done < end; _done++)
        {
            Span<float> sums = Row(_done);
            Finish(sums);
            sums.Clear();
        }
    }

    private void Finish(ReadOnlySpan<float> sums)
    {
        double across = (double)_grid.Width / _width;
        double down = (double)_grid.Height / _height;
        _area.Mark(0, _done * down, across, down, _ignored, _width);
        int reducedRow = (int)((long)_done * _reducedHeight / _height);
        Span<float> reduced = _reduced.AsSpan(reducedRow * _reducedWidth, _reducedWidth);
        for (int x = 0; x < _width; x++)
        {
            float weight = _across[x] * _down[_done];
            float value = _ignored[x] || weight == 0 ? 0 : sums[x] / weight;
            ref float largest = ref reduced[(int)((long)x * _reducedWidth / _width)];
            largest = Math.Max(largest, value);
        }
    }

    private Span<float> Row(int y) => _sums.AsSpan(y % (_sums.Length / _width) * _width, _width);

    private int Scaled(int pixels) => Math.Max(1, (int)Math.Round((double)pixels * _size / _grid.Side));

    // Where tiles begin in the map. The last one ends where the map does.
    private int[] Places(ReadOnlySpan<int> starts, int length)
    {
        int[] places = new int[starts.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = Math.Clamp((int)Math.Round((double)starts[i] * _size / _grid.Side), 0, Math.Max(0, length - _size));
        }

        return places;
    }

    // The sum of the windows over each place. As the grid is a product, so are the weights.
    private float[] Weights(int[] places, int length)
    {
        float[] weights = new float[length];
        foreach (int place in places)
        {
            for (int i = 0; i < Math.Min(_size, length - place); i++)
            {
                weights[place + i] += _window[i];
            }
        }

        return weights;
    }
}
