namespace Retort.Bench;

/// <summary>Another program that does what a method does.</summary>
internal interface IPeer
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Runs it once: the median seconds of what it can do, and the peak of its memory.</summary>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Pictures of a training step and of the larger inspection.</param>
    /// <param name="repeat">Runs to take the medians of.</param>
    IReadOnlyList<PeerFigures> Measure(int threads, int batch, int repeat);
}

/// <summary>Figures of one process of a peer.</summary>
/// <param name="Seconds">The median time of each thing it did.</param>
/// <param name="PeakMegabytes">The largest resident memory of the process, in units of 2^20 bytes.</param>
internal sealed record PeerFigures(IReadOnlyDictionary<Quantity, double> Seconds, double PeakMegabytes);
