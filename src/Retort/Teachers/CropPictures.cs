using Retort.Imaging;

namespace Retort.Teachers;

/// <summary>
/// Pictures to take crops from: decoded once, reduced to a moderate size, and kept with their reductions to a half, a quarter and so on until a memory budget is
/// full. Beyond it pictures are decoded anew each time. What is kept never changes what comes out. Safe for use by several threads.
/// </summary>
internal sealed class CropPictures
{
    /// <summary>The long side of a kept picture in pixels, at most. Crops at full scale still show fine detail, and a hundred pictures take half a gigabyte.</summary>
    private const int LongestSide = 1600;

    /// <summary>Reductions end before the short side falls below this.</summary>
    private const int SmallestSide = 64;

    private readonly IReadOnlyList<string> _paths;
    private readonly RgbImage[]?[] _kept;
    private long _budget;

    private CropPictures(IReadOnlyList<string> paths, long budget)
    {
        _paths = paths;
        _kept = new RgbImage[]?[paths.Count];
        _budget = budget;
    }

    /// <summary>How many pictures there are.</summary>
    public int Count => _paths.Count;

    /// <summary>Decodes every file once, so that a bad one shows before training begins.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="budget">How many bytes of pictures to keep.</param>
    /// <param name="threads">How many pictures to decode at a time; 0 for as many as there are cores.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ImageException">A file cannot be decoded: the first such file of the list.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CropPictures Load(IReadOnlyList<string> paths, long budget, int threads, CancellationToken cancellation)
    {
        var pictures = new CropPictures(paths, budget);
        var failures = new ImageException?[paths.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads, CancellationToken = cancellation };
        Parallel.For(0, paths.Count, options, (i, loop) =>
        {
            try
            {
                pictures.Get(i);
            }
            catch (ImageException e)
            {
                failures[i] = e;
                loop.Break();
            }
        });
        return Array.Find(failures, f => f is not null) is { } first ? throw first : pictures;
    }

    /// <summary>
    /// Cuts a square out of a picture, at random place and scale: from the scale at which the picture's short side just fills the square to full scale, with
    /// octaves equally likely. A picture that is smaller than the square is enlarged.
    /// </summary>
    /// <param name="index">The picture.</param>
    /// <param name="size">The side of the square in pixels.</param>
    /// <param name="random">Draws scale and place.</param>
    public RgbImage Cut(int index, int size, ref CounterRandom random)
    {
        RgbImage[] levels = Get(index);
        int shortest = Math.Min(levels[0].Width, levels[0].Height);
        double scale = Math.Pow(Math.Min(1, (double)size / shortest), random.NextDouble());
        int side = Math.Min(shortest, (int)Math.Round(size / scale));
        double across = random.NextDouble(), down = random.NextDouble();

        // From the smallest reduction that still has more pixels than the square.
        int level = 0;
        while (level + 1 < levels.Length && side >> (level + 1) >= size)
        {
            level++;
        }

        RgbImage picture = levels[level];
        side = Math.Min(Math.Max(1, side >> level), Math.Min(picture.Width, picture.Height));
        RgbImage part = Copy(picture, (int)(across * (picture.Width - side + 1)), (int)(down * (picture.Height - side + 1)), side);
        return side == size ? part : PillowResize.Bilinear(part, size, size);
    }

    private static RgbImage Copy(RgbImage picture, int x, int y, int side)
    {
        var part = new RgbImage(side, side);
        for (int row = 0; row < side; row++)
        {
            picture.Pixels.AsSpan((((y + row) * picture.Width) + x) * 3, side * 3).CopyTo(part.Pixels.AsSpan(row * side * 3));
        }

        return part;
    }

    private RgbImage[] Get(int index)
    {
        if (Volatile.Read(ref _kept[index]) is { } kept)
        {
            return kept;
        }

        RgbImage[] levels = Reduce(ImageFile.Decode(_paths[index]));
        long bytes = levels.Sum(l => (long)l.Pixels.Length);
        if (Interlocked.Add(ref _budget, -bytes) < 0 || Interlocked.CompareExchange(ref _kept[index], levels, null) is not null)
        {
            Interlocked.Add(ref _budget, bytes);
        }

        return levels;
    }

    private static RgbImage[] Reduce(RgbImage picture)
    {
        double factor = Math.Min(1, (double)LongestSide / Math.Max(picture.Width, picture.Height));
        if (factor < 1)
        {
            picture = PillowResize.Bilinear(picture, Math.Max(1, (int)Math.Round(picture.Width * factor)), Math.Max(1, (int)Math.Round(picture.Height * factor)));
        }

        var levels = new List<RgbImage> { picture };
        while (Math.Min(picture.Width, picture.Height) / 2 >= SmallestSide)
        {
            levels.Add(picture = PillowResize.Bilinear(picture, picture.Width / 2, picture.Height / 2));
        }

        return [.. levels];
    }
}
