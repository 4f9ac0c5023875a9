using System.Diagnostics;
using Retort.Methods;
using Retort.Networks.Plans;
using Retort.Networks.Weights;
using Retort.Numerics;

namespace Retort.Bench;

/// <summary>What a method does.</summary>
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

/// <summary>Something a method does to pictures of noise, ready to be done again and again.</summary>
internal abstract class MethodTask : IDisposable
{
    /// <summary>The method that is measured unless another is asked for.</summary>
    public const string DeSTSeg = "destseg";

    /// <summary>The paper's side of pictures in pixels.</summary>
    public const int PaperSize = 256;

    private protected MethodTask(int threads) => Pool = new WorkerPool(threads);

    /// <summary>The threads it runs on.</summary>
    public WorkerPool Pool { get; }

    /// <summary>What it runs; there after the first run.</summary>
    public abstract Plan Plan { get; }

    /// <summary>Makes a task.</summary>
    /// <param name="method">The method, with the options of the paper (DeSTSeg) or of its preset quick.</param>
    /// <param name="work">What it does.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="size">Their side in pixels.</param>
    /// <param name="weights">Gives the weights of an inspection; training begins with its own.</param>
    /// <exception cref="RetortException">The method takes no pictures of that size, or not so many.</exception>
    public static MethodTask Create(string method, Work work, int threads, int batch, int size, Func<IEnumerable<NamedTensor>> weights)
    {
        MethodOptions options = OptionsOf(method);
        (options.Batch, options.Size) = (batch, size);
        options.Validate();
        return work switch
        {
            Work.Inspection => new InspectionTask(method, options, threads, weights(), MemoryPolicy.Fast),
            Work.LowMemoryInspection => new InspectionTask(method, options, threads, weights(), MemoryPolicy.Low),
            _ => new TrainingTask(method, options, threads, work == Work.Student ? 0 : 1),
        };
    }

    /// <summary>The options a method is measured with.</summary>
    public static MethodOptions OptionsOf(string method) => MethodCatalog.Get(method).CreateOptions(method == DeSTSeg ? "paper" : "quick");

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
