using Retort.Imaging;

namespace Retort.Data;

/// <summary>
/// Pictures of a list of files at working size: decoded, squeezed to a square as the detectors see them, and kept until a memory budget is full.
/// Beyond it pictures are decoded anew each time. What is kept never changes what comes out. Safe for use by several threads.
/// </summary>
/// <remarks>
/// The first pictures asked for stay: training goes through all of them in an ever new order, where throwing out the least recently used would gain nothing.
/// </remarks>
public sealed class PictureCache
{
    /// <summary>The memory budget unless told otherwise: 1 GiB.</summary>
    public const long DefaultBudget = 1L << 30;

    private readonly Func<string, RgbImage> _decode;
    private readonly RgbImage?[] _kept;
    private long _budget;

    internal PictureCache(IReadOnlyList<string> paths, int size, long budget, Func<string, RgbImage> decode)
        : this(paths, new RgbImage?[paths.Count], size, budget, decode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
    }

    private PictureCache(IReadOnlyList<string> paths, RgbImage?[] kept, int size, long budget, Func<string, RgbImage> decode)
    {
        Paths = paths;
        Size = size;
        _kept = kept;
        _budget = budget;
        _decode = decode;
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The side of the pictures in pixels.</summary>
    public int Size { get; }

    /// <summary>How many pictures there are.</summary>
    public int Count => Paths.Count;

    /// <summary>A picture. It is shared: do not write to it.</summary>
    /// <param name="index">Its place in <see cref="Paths"/>.</param>
    /// <exception cref="ImageException">The file cannot be decoded.</exception>
    public RgbImage this[int index]
    {
        get
        {
            if (Volatile.Read(ref _kept[index]) is { } kept)
            {
                return kept;
            }

            RgbImage picture = _decode(Paths[index]);
            long bytes = picture.Pixels.Length;
            if (Interlocked.Add(ref _budget, -bytes) < 0 || Interlocked.CompareExchange(ref _kept[index], picture, null) is not null)
            {
                Interlocked.Add(ref _budget, bytes);
            }

            return picture;
        }
    }
}
