using System.Runtime.CompilerServices;

namespace Retort.Numerics;

/// <summary>A table that kernels read through a pointer: an array the garbage collector never moves.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed unsafe class PinnedArray<T>
    where T : unmanaged
{
    private readonly T[] _array;

    /// <summary>Copies a table into pinned memory.</summary>
    public PinnedArray(ReadOnlySpan<T> values)
    {
        // One element more, so that an empty table has an address too.
        _array = GC.AllocateArray<T>(values.Length + 1, pinned: true);
        values.CopyTo(_array);
        Length = values.Length;
        Pointer = (T*)Unsafe.AsPointer(ref _array[0]);
    }

    /// <summary>The first element; valid while this object is reachable.</summary>
    public T* Pointer { get; }

    /// <summary>How many elements.</summary>
    public int Length { get; }
}
