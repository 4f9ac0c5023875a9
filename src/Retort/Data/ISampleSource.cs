using Retort.Imaging;

namespace Retort.Data;

/// <summary>Good pictures at working size, or parts of some, to make training samples of. Safe for use by several threads.</summary>
internal interface ISampleSource
{
    /// <summary>The files they come from.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>How many there are to choose from.</summary>
    int Count { get; }

    /// <summary>One of them. It may be shared: do not write to it.</summary>
    /// <param name="index">Which.</param>
    /// <param name="random">Where draws come from: the same state, the same picture.</param>
    /// <exception cref="ImageException">A file cannot be decoded.</exception>
    RgbImage Draw(int index, ref CounterRandom random);
}
