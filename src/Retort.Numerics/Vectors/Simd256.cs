using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retort.Numerics.Vectors;

/// <summary>A vector of 8 floats.</summary>
public readonly unsafe struct Simd256 : ISimd<Simd256>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _v;

    [MethodImpl(Inline)]
    private Simd256(Vector256<float> v) => _v = v;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    /// <inheritdoc/>
    public static int Registers
    {
        [MethodImpl(Inline)]
        get => Simd.RegistersBelow512;
    }

    /// <inheritdoc/>
    public static Simd256 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector256<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Create(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Load(float* source) => new(Vector256.Load(source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Load(float* source, int count)
    {
        if (count >= Count)
        {
            return Load(source);
        }

        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        Vector256<float> part = default;
        Unsafe.CopyBlockUnaligned(&part, source, (uint)count * sizeof(float));
        return new(part);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Store(float* destination) => _v.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Store(float* destination, int count)
    {
        if (count >= Count)
        {
            _v.Store(destination);
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, FirstLanes(count), _v);
        }
        else
        {
            Vector256<float> all = _v;
            Unsafe.CopyBlockUnaligned(destination, &all, (uint)count * sizeof(float));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) => new(Vector256.MultiplyAddEstimate(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 MultiplySubtractFrom(Simd256 a, Simd256 b, Simd256 c) => new(Fma.IsSupported ? Fma.MultiplyAddNegated(a._v, b._v, c._v) : c._v - (a._v * b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Vector256.MinNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Sqrt(Simd256 a) => new(Vector256.Sqrt(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Abs(Simd256 a) => new(Vector256.Abs(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Round(Simd256 a) => new(Vector256.Round(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 PowerOfTwo(Simd256 n) =>
        new(Vector256.ShiftLeft(Vector256.ConvertToInt32Native(n._v) + Vector256.Create(127), 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Exponent(Simd256 a) =>
        new(Vector256.ConvertToSingle(Vector256.ShiftRightArithmetic(a._v.AsInt32() - Vector256.Create(Simd.HalfRootBits), 23)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Exp(Simd256 a) => Elementary.Exp(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 Log(Simd256 a) => Elementary.Log(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 SelectGreater(Simd256 a, Simd256 b, Simd256 whenTrue, Simd256 whenFalse) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._v, b._v), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 SelectSameBits(Simd256 a, Simd256 b, Simd256 whenTrue, Simd256 whenFalse) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a._v.AsInt32(), b._v.AsInt32()).AsSingle(), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static float Sum(Simd256 a) => Vector256.Sum(a._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a._v + b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a._v - b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a._v * b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a._v / b._v);

    /// <summary>All ones in the first lanes.</summary>
    [MethodImpl(Inline)]
    private static Vector256<float> FirstLanes(int count) =>
        Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices).AsSingle();
}
