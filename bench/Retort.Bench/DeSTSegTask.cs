using System.Diagnostics;
using Retort.Methods.DeSTSeg;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>What DeSTSeg does.</summary>
internal enum Work
{
    /// <summary>The map that decides, of each picture of a batch.</summary>
    Inspection,

    /// <summary>The same with little memory.</summary>
    LowMemoryInspection,

    /// <summary>A training step of the first phase.</summary>
    Student,

    /// <summary>A training step of the second phase.</summary>
    Segmentation,
}

/// <summary>Something DeSTSeg does to pictures of noise, ready to be done again and again.</summary>
internal abstract class DeSTSegTask : IDisposable
{
    /// <summary>The paper's side of pictures in pixels.</summary>
    public const int PaperSize = 256;

    private protected DeSTSegTask(int threads) => Pool = new WorkerPool(threads);

    /// <summary>The threads it runs on.</summary>
    public WorkerPool Pool { get; }

    /// <summary>What it runs; there after the first run.</summary>
    public abstract Plan Plan { get; }

    /// <summary>Makes a task.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="size">Their side in pixels.</param>
    /// <param name="weights">Gives the weights of an inspection; training begins with its own.</param>
    /// <exception cref="RetortException">DeSTSeg takes no pictures of that size, or not so many.</exception>
    public static DeSTSegTask Create(Work work, int threads, int batch, int size, Func<IEnumerable<NamedTensor>> weights)
    {
        var options = new DeSTSegOptions { Batch = batch, Size = size };
        options.Validate();
        return work switch
        {
            Work.Inspection => new InspectionTask(options, threads, weights(), MemoryPolicy.Fast),
            Work.LowMemoryInspection => new InspectionTask(options, threads, weights(), MemoryPolicy.Low),
            _ => new TrainingTask(options, threads, work == Work.Student ? 0 : 1),
        };
    }

    /// <summary>Does it once.</summary>
    public abstract void Run();

    /// <summary>Does it once, noting the time of each step of <see cref="Plan"/>.</summary>
    public abstract void Profile();

    /// <summary>The median time, after one run that does not count.</summary>
    public double MedianSeconds(int repeat)
    {
        Run();
        double[] seconds = new double[repeat];
        for (int i = 0; i < repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Run();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Median.Of(seconds);
    }

    /// <inheritdoc/>
    public virtual void Dispose() => Pool.Dispose();

    private protected static void FillWithNoise(Span<float> values)
    {
        var random = new Random(0);
        foreach (ref float value in values)
        {
            value = (random.NextSingle() * 4) - 2;
        }
    }
}
