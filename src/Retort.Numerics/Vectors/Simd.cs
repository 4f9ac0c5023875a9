using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Retort.Numerics.Vectors;

/// <summary>What the machine offers. The width follows the runtime's own switches: <c>DOTNET_PreferredVectorBitWidth=256</c>
/// (or 128) and <c>DOTNET_EnableAVX512=0</c> make every kernel use the narrower form.</summary>
public static class Simd
{
    /// <summary>The width of the vectors the kernels use, in bits: 512, 256 or 128.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>How many floats a vector of the widest kind in use holds.</summary>
    public static int Count => Bits / 32;

    /// <summary>Floats of a cache line.</summary>
    internal const int LineFloats = 16;

    /// <summary>The bits of sqrt(1/2): a float's exponent, counted from here, is that of a mantissa from sqrt(1/2) to sqrt(2).</summary>
    internal const int HalfRootBits = 0x3F3504F3;

    /// <summary>Registers for 256 and 128 bit vectors: 32 on Arm, else 16 (what AVX2 has; AVX-512 machines use 512 bits).</summary>
    internal static int RegistersBelow512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => AdvSimd.IsSupported ? 32 : 16;
    }

    /// <summary>Asks for the cache line of an address, which need not be valid. Where the runtime knows no such instruction (Arm) it does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
