using System.Runtime.CompilerServices;

namespace Retort.Numerics;

/// <summary>
/// A block of floats whose first element lies on a 64-byte boundary and that the garbage collector never moves.
/// </summary>
/// <remarks>
/// The memory is an array on the pinned heap, so nobody has to free it: it goes when the last reference goes. The block is
/// zeroed. Pointers into it are valid as long as the buffer itself is reachable.
/// </remarks>
public sealed unsafe class AlignedBuffer
{
    /// <summary>The boundary every buffer starts on, in bytes: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private readonly float[] _array;

    /// <summary>Allocates a zeroed block.</summary>
    /// <param name="length">How many floats it holds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or more than an array can hold.</exception>
    public AlignedBuffer(long length)
    {
        const int slack = Alignment / sizeof(float);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - slack);
        _array = GC.AllocateArray<float>((int)length + slack, pinned: true);
        float* start = (float*)Unsafe.AsPointer(ref _array[0]);
        nuint misplaced = (nuint)start % Alignment;
        Pointer = misplaced == 0 ? start : start + ((Alignment - misplaced) / sizeof(float));
        Length = (int)length;
    }

    /// <summary>The first element.</summary>
    public float* Pointer { get; }

    /// <summary>How many floats the block holds.</summary>
    public int Length { get; }

    /// <summary>The whole block.</summary>
    public Span<float> Span => new(Pointer, Length);
}
