namespace Retort.Numerics.Kernels;

/// <summary>Adds one array to another: y += x.</summary>
public static unsafe class Accumulate
{
    /// <summary>y += x.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">What is added.</param>
    /// <param name="y">What it is added to.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Run(WorkerPool pool, float* x, float* y, int count)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, default(Copy.Identity), x, y, count, accumulate: true);
    }
}
