using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>What of one picture counts: a layout's region and mask, brought to the size of the picture. For one thread at a time.</summary>
internal sealed class PictureArea
{
    private readonly string _name;
    private readonly int _width;
    private readonly int _height;
    private readonly IgnoreMask? _ignore;
    private int[] _columns = [];

    /// <summary>Brings a layout to a picture.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="width">The width of the picture.</param>
    /// <param name="height">Its height.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">The region of interest lies beside the picture.</exception>
    public PictureArea(PictureLayout layout, int width, int height, string name)
    {
        (_name, _width, _height, _ignore) = (name, width, height, layout.Ignore);
        Region = layout.Region is null
            ? new RegionOfInterest(0, 0, width, height)
            : layout.Region.Within(width, height)
                ?? throw new ImageException($"{name} has {width} x {height} pixels, and the region of interest {layout.Region} lies beside it: choose a region within the pictures, or leave this one out.");
    }

    /// <summary>The rectangle outside of which nothing counts.</summary>
    public RegionOfInterest Region { get; }

    /// <summary>The error that all of the picture is to be ignored.</summary>
    public ImageException NothingCounts() =>
        new($"{_name} has nothing that counts, for the region of interest and the mask ignore all of it: choose others, or leave it out.");

    /// <summary>Whether all of a rectangle counts for certain.</summary>
    public bool CountsWholly(int x, int y, int width, int height) => _ignore is null && Region.Contains(x, y, width, height);

    /// <summary>Marks the pixels of a map that do not count: those whose middle lies beside the picture or its region, or on white of the mask.</summary>
    /// <param name="left">Where the map begins, in pixels of the picture.</param>
    /// <param name="top">Where its first row begins.</param>
    /// <param name="across">Pixels of the picture from one pixel of the map to the next.</param>
    /// <param name="down">And from one row to the next.</param>
    /// <param name="ignored">Takes the marks, <c>[height, width]</c>.</param>
    /// <param name="width">The width of the map.</param>
    /// <returns>How many pixels count.</returns>
    public int Mark(double left, double top, double across, double down, Span<bool> ignored, int width)
    {
        Span<int> columns = Columns(left, across, width);
        int counted = 0;
        for (int start = 0, row = 0; start < ignored.Length; start += width, row++)
        {
            Span<bool> marks = ignored.Slice(start, width);
            double y = top + ((row + 0.5) * down);
            if (!(y >= Region.Y && y < Region.Y + Region.Height))
            {
                marks.Fill(true);
                continue;
            }

            int maskRow = _ignore is null ? 0 : (int)(y * _ignore.Height / _height);
            for (int i = 0; i < width; i++)
            {
                marks[i] = columns[i] < 0 || _ignore?[columns[i], maskRow] == true;
                counted += marks[i] ? 0 : 1;
            }
        }

        return counted;
    }

    // The column of the mask that each column of the map falls into; -1 where it lies beside the region.
    private Span<int> Columns(double left, double across, int width)
    {
        if (_columns.Length < width)
        {
            _columns = new int[width];
        }

        for (int i = 0; i < width; i++)
        {
            double x = left + ((i + 0.5) * across);
            _columns[i] = !(x >= Region.X && x < Region.X + Region.Width) ? -1 : _ignore is null ? 0 : (int)(x * _ignore.Width / _width);
        }

        return _columns.AsSpan(0, width);
    }
}
