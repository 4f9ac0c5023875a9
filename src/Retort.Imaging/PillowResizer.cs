namespace Retort.Imaging;

/// <summary>
/// <see cref="PillowResize"/> of many RGB pictures of one size to another: the weights are computed once, and resizing allocates nothing. For one thread
/// at a time.
/// </summary>
public sealed class PillowResizer
{
    private readonly int _width;
    private readonly int _height;
    private readonly TriangleWeights? _across;
    private readonly TriangleWeights? _down;
    private readonly byte[] _rows;
    private readonly byte[] _last;

    /// <summary>Computes the weights.</summary>
    /// <param name="width">The width of the pictures in pixels.</param>
    /// <param name="height">Their height.</param>
    /// <param name="newWidth">The new width.</param>
    /// <param name="newHeight">The new height.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public PillowResizer(int width, int height, int newWidth, int newHeight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newHeight, 1);
        (_width, _height, NewWidth, NewHeight) = (width, height, newWidth, newHeight);
        _across = width == newWidth ? null : new TriangleWeights(width, newWidth);
        _down = height == newHeight ? null : new TriangleWeights(height, newHeight);
        _rows = _across is not null && _down is not null ? new byte[checked(newWidth * height * 3)] : [];
        _last = _across is null ? [] : new byte[(width * 3) + 1];
    }

    /// <summary>The width of the results in pixels.</summary>
    public int NewWidth { get; }

    /// <summary>Their height.</summary>
    public int NewHeight { get; }

    /// <summary>Resizes a picture.</summary>
    /// <param name="rgb">The picture, <c>[height, width, 3]</c>.</param>
    /// <param name="resized">Takes the result, <c>[NewHeight, NewWidth, 3]</c>; it must not overlap the picture.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Resize(ReadOnlySpan<byte> rgb, Span<byte> resized)
    {
        if (rgb.Length != _width * _height * 3 || resized.Length != NewWidth * NewHeight * 3)
        {
            throw new ArgumentException(
                $"This resizes {_width * _height * 3} bytes to {NewWidth * NewHeight * 3}, not {rgb.Length} to {resized.Length}.", nameof(resized));
        }

        ReadOnlySpan<byte> rows = rgb;
        if (_across is { } across)
        {
            Span<byte> target = _down is null ? resized : _rows;
            PillowResize.ResizeRgbRows(rgb, _width, _height, across, target, _last);
            rows = target;
        }

        if (_down is { } down)
        {
            PillowResize.ResizeColumns(rows, NewWidth * 3, down, resized);
        }
        else if (_across is null)
        {
            rows.CopyTo(resized);
        }
    }
}
