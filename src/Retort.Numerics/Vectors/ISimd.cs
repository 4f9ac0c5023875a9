namespace Retort.Numerics.Vectors;

/// <summary>
/// A vector of floats of one width. Kernels are written once against this interface and compiled for
/// <see cref="Simd512"/>, <see cref="Simd256"/> and <see cref="Simd128"/>; see <see cref="IKernel"/>.
/// </summary>
/// <typeparam name="T">The implementing type itself.</typeparam>
/// <remarks>
/// All members are element-wise. Pointers need no alignment. The widths differ in rounding only where a sum is taken
/// over lanes (<see cref="Sum"/>) and, on machines without fused multiply-add, in <see cref="MultiplyAdd"/>.
/// </remarks>
public unsafe interface ISimd<T>
    where T : unmanaged, ISimd<T>
{
    /// <summary>How many floats a vector holds.</summary>
    static abstract int Count { get; }

    /// <summary>How many vector registers the machine has at this width: what a kernel may keep in flight.</summary>
    static abstract int Registers { get; }

    /// <summary>All zeros.</summary>
    static abstract T Zero { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract T Create(float value);

    /// <summary>Reads <see cref="Count"/> floats.</summary>
    static abstract T Load(float* source);

    /// <summary>Reads the first <paramref name="count"/> floats, all if it is <see cref="Count"/> or more; the other lanes are
    /// zero and their memory is not touched. The remainder of a loop is one step like all others.</summary>
    static abstract T Load(float* source, int count);

    /// <summary>Writes <see cref="Count"/> floats.</summary>
    void Store(float* destination);

    /// <summary>Writes the first <paramref name="count"/> lanes, all if it is <see cref="Count"/> or more, and nothing beyond.</summary>
    void Store(float* destination, int count);

    /// <summary>a * b + c, fused where the machine can.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>c - a * b, fused where the machine can: to the bit what <see cref="MultiplyAdd"/> gives with a of the other sign.</summary>
    static abstract T MultiplySubtractFrom(T a, T b, T c);

    /// <summary>The larger of each pair.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The smaller of each pair.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The square root.</summary>
    static abstract T Sqrt(T a);

    /// <summary>The absolute value.</summary>
    static abstract T Abs(T a);

    /// <summary>The nearest whole number, the even one of two.</summary>
    static abstract T Round(T a);

    /// <summary>2^n for whole n from -126 to 127; of no meaning elsewhere.</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>The whole n for which a / 2^n lies from sqrt(1/2) to sqrt(2), for normal positive numbers.</summary>
    static abstract T Exponent(T a);

    /// <summary>e^x to within a few units in the last place.</summary>
    static abstract T Exp(T a);

    /// <summary>The natural logarithm to within a few units in the last place.</summary>
    static abstract T Log(T a);

    /// <summary><paramref name="whenTrue"/> where <paramref name="a"/> is greater than <paramref name="b"/>, else <paramref name="whenFalse"/>.</summary>
    static abstract T SelectGreater(T a, T b, T whenTrue, T whenFalse);

    /// <summary><paramref name="whenTrue"/> where <paramref name="a"/> and <paramref name="b"/> are the same 32 bits, else
    /// <paramref name="whenFalse"/>: for integers that travel in float lanes.</summary>
    static abstract T SelectSameBits(T a, T b, T whenTrue, T whenFalse);

    /// <summary>The sum of the lanes.</summary>
    static abstract float Sum(T a);

    /// <summary>The sum.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>The difference.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>The product.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>The quotient.</summary>
    static abstract T operator /(T a, T b);
}
