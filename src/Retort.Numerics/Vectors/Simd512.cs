using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Retort.Numerics.Vectors;

/// <summary>A vector of 16 floats.</summary>
public readonly unsafe struct Simd512 : ISimd<Simd512>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _v;

    [MethodImpl(Inline)]
    private Simd512(Vector512<float> v) => _v = v;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    /// <inheritdoc/>
    public static int Registers
    {
        [MethodImpl(Inline)]
        get => 32;
    }

    /// <inheritdoc/>
    public static Simd512 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector512<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Create(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Load(float* source) => new(Vector512.Load(source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Load(float* source, int count)
    {
        if (count >= Count)
        {
            return Load(source);
        }

        if (Avx512F.IsSupported)
        {
            return new(Avx512F.MaskLoad(source, FirstLanes(count), Vector512<float>.Zero));
        }

        Vector512<float> part = default;
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
        else if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, FirstLanes(count), _v);
        }
        else
        {
            Vector512<float> all = _v;
            Unsafe.CopyBlockUnaligned(destination, &all, (uint)count * sizeof(float));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) => new(Vector512.MultiplyAddEstimate(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 MultiplySubtractFrom(Simd512 a, Simd512 b, Simd512 c) => new(Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v) : Vector512.MultiplyAddEstimate(-a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Vector512.MinNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Sqrt(Simd512 a) => new(Vector512.Sqrt(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Abs(Simd512 a) => new(Vector512.Abs(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Round(Simd512 a) => new(Vector512.Round(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 PowerOfTwo(Simd512 n) =>
        new(Vector512.ShiftLeft(Vector512.ConvertToInt32Native(n._v) + Vector512.Create(127), 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Exponent(Simd512 a) =>
        new(Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(a._v.AsInt32() - Vector512.Create(Simd.HalfRootBits), 23)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Exp(Simd512 a) => Elementary.Exp(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 Log(Simd512 a) => Elementary.Log(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 SelectGreater(Simd512 a, Simd512 b, Simd512 whenTrue, Simd512 whenFalse) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._v, b._v), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 SelectSameBits(Simd512 a, Simd512 b, Simd512 whenTrue, Simd512 whenFalse) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a._v.AsInt32(), b._v.AsInt32()).AsSingle(), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static float Sum(Simd512 a) => Vector512.Sum(a._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a._v + b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a._v - b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a._v * b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a._v / b._v);

    /// <summary>All ones in the first lanes.</summary>
    [MethodImpl(Inline)]
    private static Vector512<float> FirstLanes(int count) =>
        Vector512.GreaterThan(Vector512.Create(count), Vector512<int>.Indices).AsSingle();
}
