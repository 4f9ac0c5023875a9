using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics;

/// <summary>
/// Work that falls into independent items, written once for all vector widths. A kernel is a small struct of pointers and
/// sizes; <see cref="WorkerPool.Run{TKernel}"/> calls <see cref="Execute{T}"/> for every item with the widest vector the machine has.
/// </summary>
/// <remarks>
/// Rules that keep results the same whatever the number of threads: how work is cut into items depends on shapes only,
/// items write to places of their own, and a sum over items is taken afterwards in the order of the items. A kernel never throws.
/// </remarks>
public interface IKernel
{
    /// <summary>
    /// How <see cref="Execute{T}"/> is compiled: fully and at once, and never as part of its caller. When the runtime recompiles the
    /// caller, a kernel inlined there exceeds the compiler's budget for inlining; its vector operations turn into calls and it
    /// becomes ten times slower in the middle of a run.
    /// </summary>
    const MethodImplOptions Compilation = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Does one item.</summary>
    /// <typeparam name="T">The vector to use.</typeparam>
    /// <param name="item">Which one, from 0.</param>
    /// <param name="worker">Which thread runs it, from 0: selects scratch memory, nothing else.</param>
    void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>;
}
