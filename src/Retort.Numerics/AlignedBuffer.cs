using System.Runtime.InteropServices;

namespace Retort.Numerics;

/// <summary>
/// A block of floats outside of the garbage collector's heap, whose first element lies on a 64-byte boundary. It starts zeroed; pages that are
/// never written take no memory.
/// </summary>
/// <remarks>
/// Pointers into it are valid as long as the buffer itself is reachable and not released. Releasing gives the memory back at once, which
/// matters for large blocks; otherwise it goes when the last reference goes.
/// </remarks>
public sealed unsafe class AlignedBuffer
{
    /// <summary>The boundary every buffer starts on, in bytes: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private readonly long _bytes;
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

        // The system hands out zeroed pages; an aligned allocation would have to write them all.
        _block = NativeMemory.AllocZeroed((nuint)_bytes);
        GC.AddMemoryPressure(_bytes);
        Pointer = (float*)(((nuint)_block + Alignment - 1) & ~(nuint)(Alignment - 1));
        Length = (int)length;
    }

    /// <summary>Gives the memory back.</summary>
    ~AlignedBuffer() => Release();

    /// <summary>The first element.</summary>
    public float* Pointer { get; private set; }

    /// <summary>How many floats the block holds.</summary>
    public int Length { get; private set; }

    /// <summary>The whole block; empty once it is released.</summary>
    public Span<float> Span => new(Pointer, Length);

    /// <summary>Gives the memory back at once. Nothing may use it any more.</summary>
    public void Release()
    {
        if (_block == null)
        {
            return;
        }

        NativeMemory.Free(_block);
        GC.RemoveMemoryPressure(_bytes);
        _block = null;
        Pointer = null;
        Length = 0;
    }
}
