using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Retort.Numerics;

/// <summary>
/// A block of floats that does not move and whose first element lies on a 64-byte boundary. It starts zeroed; pages of a large block that are
/// never written take no memory.
/// </summary>
/// <remarks>
/// Pointers into it are valid as long as the buffer itself is reachable and not released. Releasing gives large blocks, which lie outside of the
/// garbage collector's heap, back to the system's allocator at once (which may keep blocks of some megabytes for later ones); otherwise the memory goes
/// when the last reference goes. A span keeps a small block alive, not a large one.
/// </remarks>
public sealed unsafe class AlignedBuffer
{
    /// <summary>The boundary every buffer starts on, in bytes: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    // From here on it matters that memory goes back at once; below, that the collector knows of the spans over it.
    private const long LargeBlock = 1 << 20;

    private readonly long _bytes;
    private float[]? _array;
    private void* _block;

    /// <summary>Allocates a zeroed block.</summary>
    /// <param name="length">How many floats it holds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or more than a span can hold.</exception>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength);
        _bytes = (length * sizeof(float)) + Alignment;

        Length = (int)length;
        if (_bytes < LargeBlock)
        {
            _array = GC.AllocateArray<float>((int)(_bytes / sizeof(float)), pinned: true);
            Pointer = Aligned(Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array)));
            GC.SuppressFinalize(this);
            return;
        }

        // The system hands out zeroed pages; an aligned allocation would have to write them all.
        _block = NativeMemory.AllocZeroed((nuint)_bytes);
        GC.AddMemoryPressure(_bytes);
        Pointer = Aligned(_block);
    }

    /// <summary>Gives the memory back.</summary>
    ~AlignedBuffer() => Release();

    /// <summary>The first element.</summary>
    public float* Pointer { get; private set; }

    /// <summary>How many floats the block holds.</summary>
    public int Length { get; private set; }

    /// <summary>The whole block; empty once it is released.</summary>
    public Span<float> Span => _array is { } array ? array.AsSpan(Offset(array), Length) : new(Pointer, Length);

    /// <summary>Gives the memory back. Nothing may use it any more.</summary>
    public void Release()
    {
        if (_block != null)
        {
            NativeMemory.Free(_block);
            GC.RemoveMemoryPressure(_bytes);
        }

        _block = null;
        _array = null;
        Pointer = null;
        Length = 0;
    }

    private static float* Aligned(void* block) => (float*)(((nuint)block + Alignment - 1) & ~(nuint)(Alignment - 1));

    private int Offset(float[] array) => (int)(Pointer - (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)));
}
