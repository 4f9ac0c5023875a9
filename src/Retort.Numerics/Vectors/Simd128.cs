using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Retort.Numerics.Vectors;

/// <summary>A vector of 4 floats.</summary>
public readonly unsafe struct Simd128 : ISimd<Simd128>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> _v;

    [MethodImpl(Inline)]
    private Simd128(Vector128<float> v) => _v = v;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    /// <inheritdoc/>
    public static int Registers
    {
        [MethodImpl(Inline)]
        get => Simd.RegistersBelow512;
    }

    /// <inheritdoc/>
    public static Simd128 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector128<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Create(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Load(float* source) => new(Vector128.Load(source));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Load(float* source, int count)
    {
        if (count >= Count)
        {
            return Load(source);
        }

        if (Avx.IsSupported)
        {
            return new(Avx.MaskLoad(source, FirstLanes(count)));
        }

        Vector128<float> part = default;
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
            Vector128<float> all = _v;
            Unsafe.CopyBlockUnaligned(destination, &all, (uint)count * sizeof(float));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) => new(Vector128.MultiplyAddEstimate(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 MultiplySubtractFrom(Simd128 a, Simd128 b, Simd128 c) => new(
        Fma.IsSupported ? Fma.MultiplyAddNegated(a._v, b._v, c._v)
        : AdvSimd.IsSupported ? AdvSimd.FusedMultiplySubtract(c._v, a._v, b._v)
        : c._v - (a._v * b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Vector128.MinNative(a._v, b._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Sqrt(Simd128 a) => new(Vector128.Sqrt(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Abs(Simd128 a) => new(Vector128.Abs(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Round(Simd128 a) => new(Vector128.Round(a._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 PowerOfTwo(Simd128 n) =>
        new(Vector128.ShiftLeft(Vector128.ConvertToInt32Native(n._v) + Vector128.Create(127), 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Exponent(Simd128 a) =>
        new(Vector128.ConvertToSingle(Vector128.ShiftRightArithmetic(a._v.AsInt32() - Vector128.Create(Simd.HalfRootBits), 23)));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Exp(Simd128 a) => Elementary.Exp(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 Log(Simd128 a) => Elementary.Log(a);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 SelectGreater(Simd128 a, Simd128 b, Simd128 whenTrue, Simd128 whenFalse) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a._v, b._v), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 SelectSameBits(Simd128 a, Simd128 b, Simd128 whenTrue, Simd128 whenFalse) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a._v.AsInt32(), b._v.AsInt32()).AsSingle(), whenTrue._v, whenFalse._v));

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static float Sum(Simd128 a) => Vector128.Sum(a._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a._v + b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a._v - b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a._v * b._v);

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a._v / b._v);

    /// <summary>All ones in the first lanes.</summary>
    [MethodImpl(Inline)]
    private static Vector128<float> FirstLanes(int count) =>
        Vector128.GreaterThan(Vector128.Create(count), Vector128<int>.Indices).AsSingle();
}
