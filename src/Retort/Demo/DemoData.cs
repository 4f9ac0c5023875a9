using System.Runtime.ExceptionServices;
using Retort.Detectors;
using Retort.Imaging;

namespace Retort.Demo;

/// <summary>Draws a dataset in MVTec AD's layout. A picture depends on the seed, its kind and its number alone.</summary>
internal static class DemoData
{
    /// <summary>Steps of a part's stream from here on are for damage, those before for good parts.</summary>
    private const int Damage = 1000;

    /// <summary>Writes the pictures and masks of a part.</summary>
    /// <param name="part">What to draw.</param>
    /// <param name="folder">Where to; it is made. Pictures of an earlier demo with the same settings are written again, to the same bytes.</param>
    /// <param name="settings">How many.</param>
    /// <param name="progress">Is told how many pictures are done; may be null.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="RetortException">The folder cannot be written, or holds other files.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(DemoPart part, string folder, DemoSettings settings, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(settings);
        List<DemoPicture> pictures = List(part, settings);
        RequireOwn(folder, pictures);
        int done = 0;
        var gate = new Lock();
        cancellation.ThrowIfCancellationRequested();
        try
        {
            Parallel.ForEach(pictures, new ParallelOptions { CancellationToken = cancellation }, picture =>
            {
                picture.Write(folder, settings.Seed);
                lock (gate)
                {
                    progress?.Report(++done);
                }
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    /// <summary>Takes one picture.</summary>
    /// <param name="part">What to draw.</param>
    /// <param name="defect">The kind of defect; null for a good part.</param>
    /// <param name="set">What the picture is for; pictures of different sets differ. Of one set and number the good part is the defective one before its damage.</param>
    /// <param name="number">Which picture of the set.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The picture, and the mask of a defective one.</returns>
    internal static (RgbImage Picture, GreyImage? Mask) Take(DemoPart part, string? defect, DemoSet set, int number, ulong seed)
    {
        var random = new CounterRandom(seed, part.Stream, (int)set, number);
        IDemoScene good = part.Draw(ref random);
        var camera = new DemoCamera(ref random);
        if (defect is null)
        {
            return (camera.Take(good), null);
        }

        var damage = new CounterRandom(seed, part.Stream, Damage + (int)set, number);
        while (true)
        {
            (RgbImage picture, GreyImage mask) = camera.Take(good, part.Damage(good, defect, ref damage));
            if (mask.Pixels.AsSpan().Contains((byte)255))
            {
                return (picture, mask);
            }

            // What cannot be seen is no defect: another place.
        }
    }

    private static List<DemoPicture> List(DemoPart part, DemoSettings settings)
    {
        var pictures = new List<DemoPicture>();
        pictures.AddRange(Enumerable.Range(0, settings.Train).Select(i => new DemoPicture(part, null, DemoSet.Train, i)));
        pictures.AddRange(Enumerable.Range(0, settings.Good).Select(i => new DemoPicture(part, null, DemoSet.TestGood, i)));
        foreach ((int kind, string defect) in part.Defects.Index())
        {
            pictures.AddRange(Enumerable.Range(0, settings.Defective).Select(i => new DemoPicture(part, defect, DemoSet.FirstDefect + kind, i)));
        }

        return pictures;
    }

    private static void RequireOwn(string folder, List<DemoPicture> pictures)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        string[] files = [.. pictures.SelectMany(p => p.Files).Select(f => Path.GetFullPath(Path.Combine(folder, f)))];

        // What a crash left half written is of this demo too.
        HashSet<string> own = [.. files, .. files.Select(AtomicFile.PartialOf)];
        if (Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).FirstOrDefault(f => !own.Contains(Path.GetFullPath(f))) is { } other)
        {
            throw new RetortException($"{other}: this file is not of this demo; delete {folder} or choose another place.");
        }
    }
}
