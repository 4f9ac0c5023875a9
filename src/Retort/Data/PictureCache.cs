using Retort.Imaging;

namespace Retort.Data;

/// <summary>
/// Pictures of a list of files at working size: decoded, squeezed to a square as the detectors see them, and kept until a memory budget is full.
/// Beyond it pictures are decoded anew each time. What is kept never changes what comes out. Safe for use by several threads.
/// </summary>
/// <remarks>
/// The first pictures asked for stay: training goes through all of them in an ever new order, where throwing out the least recently used would gain nothing.
/// </remarks>
internal sealed class PictureCache : ISampleSource
{
    /// <summary>The memory budget unless told otherwise: 1 GiB.</summary>
    public const long DefaultBudget = 1L << 30;

    private readonly Func<string, RgbImage> _decode;
    private readonly RgbImage?[] _kept;
    private long _budget;

    /// <summary>Makes a cache that decodes a picture when it is first asked for.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="size">The side of the pictures in pixels.</param>
    /// <param name="budget">How many bytes of pictures to keep; one takes <c>size * size * 3</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the budget negative.</exception>
    public PictureCache(IReadOnlyList<string> paths, int size, long budget = DefaultBudget)
        : this(paths, size, budget, path => ImageFile.Decode(path))
    {
    }

    internal PictureCache(IReadOnlyList<string> paths, int size, long budget, Func<string, RgbImage> decode)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        Paths = paths;
        Size = size;
        _kept = new RgbImage?[paths.Count];
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
            if (picture.Width != Size || picture.Height != Size)
            {
                picture = PillowResize.Bilinear(picture, Size, Size);
            }

            long bytes = picture.Pixels.Length;
            if (Interlocked.Add(ref _budget, -bytes) < 0 || Interlocked.CompareExchange(ref _kept[index], picture, null) is not null)
            {
                Interlocked.Add(ref _budget, bytes);
            }

            return picture;
        }
    }

    /// <summary>A picture; nothing is drawn.</summary>
    RgbImage ISampleSource.Draw(int index, ref CounterRandom random) => this[index];

    /// <summary>Decodes every file once, so that a bad one shows before training begins and not in the midst of it.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="size">The side of the pictures in pixels.</param>
    /// <param name="policy">What to do about a file that cannot be decoded.</param>
    /// <param name="skipped">Is told each file that is left out, in the order of the list, and why; may be null.</param>
    /// <param name="budget">How many bytes of pictures to keep; one takes <c>size * size * 3</c>.</param>
    /// <param name="threads">How many pictures to decode at a time; 0 for as many as there are cores.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>A cache of the files that can be decoded.</returns>
    /// <exception cref="ImageException">A file cannot be decoded and the policy is <see cref="BadPicturePolicy.Stop"/>: the first such file of the list.</exception>
    /// <exception cref="RetortException">There are files, but none can be decoded.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the budget or the number of threads negative.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static PictureCache Load(
        IReadOnlyList<string> paths,
        int size,
        BadPicturePolicy policy,
        Action<string, ImageException>? skipped = null,
        long budget = DefaultBudget,
        int threads = 0,
        CancellationToken cancellation = default) =>
        Load(new PictureCache(paths, size, budget), policy, skipped, threads, cancellation);

    internal static PictureCache Load(
        PictureCache all, BadPicturePolicy policy, Action<string, ImageException>? skipped, int threads, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var failures = new ImageException?[all.Count];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, all.Count, options, (i, loop) =>
        {
            try
            {
                _ = all[i];
            }
            catch (ImageException e)
            {
                failures[i] = e;
                if (policy == BadPicturePolicy.Stop)
                {
                    // All files before this one are still looked at, so the error is the same on every run.
                    loop.Break();
                }
            }
        });

        if (policy == BadPicturePolicy.Stop && Array.Find(failures, f => f is not null) is { } first)
        {
            throw first;
        }

        return all.Without(failures, skipped);
    }

    private PictureCache Without(ImageException?[] failures, Action<string, ImageException>? skipped)
    {
        int[] good = [.. Enumerable.Range(0, Count).Where(i => failures[i] is null)];
        if (good.Length == Count)
        {
            return this;
        }

        if (good.Length == 0)
        {
            throw new RetortException($"{Paths[0]}: neither this nor any other of the {Count} pictures can be decoded; check that they are pictures.", failures[0]);
        }

        var rest = new PictureCache([.. good.Select(i => Paths[i])], Size, 0, _decode);
        for (int i = 0; i < good.Length; i++)
        {
            rest._kept[i] = _kept[good[i]];
        }

        rest._budget = _budget;
        for (int i = 0; i < Count; i++)
        {
            if (failures[i] is { } failure)
            {
                skipped?.Invoke(Paths[i], failure);
            }
        }

        return rest;
    }
}
