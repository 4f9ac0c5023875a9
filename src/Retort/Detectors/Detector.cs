using System.Diagnostics;
using Retort.Imaging;
using Retort.Layouts;
using Retort.Methods;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Detectors;

/// <summary>
/// A trained detector, ready to inspect pictures. Pictures of any size are resized to its input, or cut into tiles that are; whoever calls it does no preprocessing.
/// </summary>
/// <remarks>
/// Safe for use by several threads: pictures are read side by side, and take turns in the model, which uses all of the detector's threads.
/// </remarks>
public sealed partial class Detector : IDisposable
{
    private readonly Lock _turn = new();
    private readonly WorkerPool _pool;
    private readonly IScorer _scorer;
    private readonly SelfTest _selfTest;
    private bool _disposed;

    internal Detector(DetectorFile file, int threads)
        : this(file.Info, file.Weights, file.SelfTest, threads, MemoryPolicy.Fast, file.Info.Layout)
    {
    }

    private Detector(DetectorInfo info, IEnumerable<NamedTensor> weights, SelfTest selfTest, int threads, MemoryPolicy memory, PictureLayout layout)
    {
        Info = info;
        Layout = layout;
        _selfTest = selfTest;
        IMethod method = MethodCatalog.Get(Info.Method);
        _pool = new WorkerPool(threads);
        try
        {
            _scorer = method.CreateScorer(method.ReadOptions(Info.Options), weights, new ScorerSettings(_pool, layout.Tiling is not null && memory == MemoryPolicy.Fast ? TilesAtOnce : 1, memory));
        }
        catch
        {
            _pool.Dispose();
            throw;
        }
    }

    /// <summary>What is known of the detector.</summary>
    public DetectorInfo Info { get; }

    /// <summary>The side of its input in pixels, and of the map of a picture or tile.</summary>
    public int Size => Info.Size;

    /// <summary>The threads it uses.</summary>
    public int Threads => _pool.Threads;

    /// <summary>The maps it makes; the first is the one it decides with.</summary>
    public IReadOnlyList<string> Components => _scorer.Components;

    /// <summary>Loads a detector file and compiles its model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads to use; 0 means one per processor.</param>
    /// <param name="memory">What memory may be spent on.</param>
    /// <param name="layout">What of pictures to look at, and in which pieces; null for what it was trained with.</param>
    /// <exception cref="RetortException">There is no such file, it cannot be read, is damaged, of a newer version, or of an unknown method.</exception>
    public static Detector Load(string path, int threads = 0, MemoryPolicy memory = MemoryPolicy.Fast, PictureLayout? layout = null)
    {
        Detector detector = DetectorFile.Use(
            path, (info, weights, selfTest) => Create(path, () => new Detector(info, weights, selfTest, threads, memory, layout ?? info.Layout)));
        if (detector._scorer.Size == detector.Size)
        {
            return detector;
        }

        detector.Dispose();
        throw new RetortException($"{path}: its model takes pictures of {detector._scorer.Size} pixels, but its description says {detector.Size}; train the detector anew.");
    }

    /// <summary>Inspects a picture file. One that is cut into tiles is never in memory as a whole, see <see cref="RowReader"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="ImageException">The file is not there or not a picture that can be read, or nothing of it counts.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Inspection Inspect(string path, CancellationToken cancellationToken = default) => Inspect(path, Stopwatch.GetTimestamp(), cancellationToken);

    /// <summary>Inspects a picture from a stream that holds an image file, read to its end.</summary>
    /// <exception cref="ImageException">It is not a picture that can be read.</exception>
    public Inspection Inspect(Stream stream)
    {
        long start = Stopwatch.GetTimestamp();
        return Inspect(ImageFile.Decode(stream), null, start);
    }

    /// <summary>Inspects a picture in memory.</summary>
    public Inspection Inspect(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Inspect(picture, null, Stopwatch.GetTimestamp());
    }

    /// <summary>Scores a picture that has the detector's input size already. After the first call this allocates nothing.</summary>
    /// <param name="rgb">8-bit RGB, <c>[Size, Size, 3]</c>.</param>
    /// <param name="map">Takes the anomaly map, <c>[Size, Size]</c>.</param>
    /// <returns>The image score.</returns>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public float Score(ReadOnlySpan<byte> rgb, Span<float> map)
    {
        if (map.Length != Size * Size)
        {
            throw new ArgumentException($"The map needs {Size * Size} values, not {map.Length}.", nameof(map));
        }

        lock (_turn)
        {
            Run(rgb, 1, allComponents: false);
            _scorer.Map(0, 0).CopyTo(map);
            return _scorer.Score(0, 0);
        }
    }

    /// <summary>Scores a picture by all components.</summary>
    /// <param name="rgb">8-bit RGB, <c>[Size, Size, 3]</c>.</param>
    /// <param name="maps">As many maps as <see cref="Components"/>, each <c>[Size, Size]</c>, to be filled.</param>
    /// <param name="scores">As many image scores, to be filled.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void ScoreComponents(ReadOnlySpan<byte> rgb, IReadOnlyList<float[]> maps, Span<float> scores)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count != Components.Count || scores.Length != Components.Count)
        {
            throw new ArgumentException($"There are {Components.Count} components.", nameof(maps));
        }

        lock (_turn)
        {
            Run(rgb, 1, allComponents: true);
            for (int i = 0; i < maps.Count; i++)
            {
                _scorer.Map(i, 0).CopyTo(maps[i]);
                scores[i] = _scorer.Score(i, 0);
            }
        }
    }

    /// <summary>
    /// Inspects the picture that came with the detector and compares with what was found where it was trained. The file's checksums were
    /// compared when it was loaded.
    /// </summary>
    public Verification Verify()
    {
        var map = new float[Size * Size];
        float score = Score(_selfTest.Picture, map);
        return _selfTest.Compare(map, score);
    }

    /// <summary>Frees the threads. No inspection may be running.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _scorer.Dispose();
            _pool.Dispose();
            _room.Dispose();
        }
    }

    private static Detector Create(string path, Func<Detector> create)
    {
        try
        {
            return create();
        }
        catch (RetortException failure) when (!failure.NamesFile)
        {
            throw new RetortException($"{path}: {failure.Message}", failure);
        }
    }

    private Inspection Inspect(string path, long start, CancellationToken cancellationToken) => Layout.IsWhole
        ? Inspect(ImageFile.Decode(path), path, start)
        : ToInspection(Find(path, allComponents: false, cancellationToken), path, start);

    private Inspection Inspect(RgbImage picture, string? path, long start)
    {
        if (!Layout.IsWhole)
        {
            return ToInspection(Find(picture, path ?? NamelessPicture, allComponents: false), path, start);
        }

        RgbImage input = PillowResize.Bilinear(picture, Size, Size);
        var map = new AnomalyMap(Size, Size, new float[Size * Size]);
        float score = Score(input.Pixels, map.Values);
        IReadOnlyList<Region> regions = Region.Find(map, Info.Thresholds.Pixel, picture.Width, picture.Height);
        return new Inspection(path, picture.Width, picture.Height, score, Info.Thresholds, map, regions, Stopwatch.GetElapsedTime(start));
    }

    private void Run(ReadOnlySpan<byte> rgb, int count, bool allComponents)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (rgb.Length != count * Size * Size * 3)
        {
            throw new ArgumentException($"{count} x {Size * Size * 3} bytes are needed, not {rgb.Length}.", nameof(rgb));
        }

        Info.Normalization.Apply(rgb, _scorer.Input[..rgb.Length]);
        _scorer.Run(count, allComponents);
    }
}
