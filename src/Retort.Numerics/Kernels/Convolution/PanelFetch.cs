using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>What a register tile asks the memory for while it multiplies: a piece of a packed filter, evenly spread over its steps.</summary>
/// <remarks>
/// A filter that is read once in a while comes from main memory. What the processor fetches by itself begins anew at each page, and a tile whose
/// panel is not there waits: with fetching, a convolution of few pixels takes a third less time.
/// </remarks>
internal readonly unsafe struct PanelFetch
{
    // How far ahead of its own reading a tile asks, in floats: a page.
    private const int Distance = 1024;

    private PanelFetch(float* start, nint step)
    {
        Start = start;
        Step = step;
    }

    /// <summary>The first address, which need not be valid.</summary>
    public float* Start { get; }

    /// <summary>Floats from one step of the tile to the next, at most the width of a panel.</summary>
    public nint Step { get; }

    /// <summary>The panel that the tile reads, a little ahead of it.</summary>
    public static PanelFetch Ahead<T>(float* panel)
        where T : unmanaged, ISimd<T> => new(panel + Distance, GemmTile.PanelWidth<T>());

    /// <summary>A part of another panel, as long as the tile's own.</summary>
    /// <param name="panel">The other panel.</param>
    /// <param name="steps">Rows of a panel, which are the tile's steps.</param>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="parts">How many tiles share the fetching.</param>
    public static PanelFetch Part<T>(float* panel, int steps, int part, int parts)
        where T : unmanaged, ISimd<T>
    {
        int width = GemmTile.PanelWidth<T>();
        return new PanelFetch(panel + ((nint)part * steps * width / parts), (width + parts - 1) / parts);
    }
}
