using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The factors of a transform, each in all lanes of a vector.</summary>
/// <remarks>As constants in the code the compiler would read each of them from memory wherever it is used, twice as often as the values that are transformed;
/// from here they go into registers once a tile.</remarks>
internal readonly unsafe struct WinogradFactors<T>
    where T : unmanaged, ISimd<T>
{
    /// <summary>How many there may be. A machine of sixteen registers can spare six beside the values of an input or output, eight beside three taps.</summary>
    public const int Most = 8;

    /// <summary>Fills registers.</summary>
    /// <param name="factors"><see cref="Most"/> floats in memory that the compiler knows nothing of.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WinogradFactors(float* factors)
    {
        A = T.Create(factors[0]);
        B = T.Create(factors[1]);
        C = T.Create(factors[2]);
        D = T.Create(factors[3]);
        E = T.Create(factors[4]);
        F = T.Create(factors[5]);
        G = T.Create(factors[6]);
        H = T.Create(factors[7]);
    }

    /// <summary>The first.</summary>
    public T A { get; }

    /// <summary>The second.</summary>
    public T B { get; }

    /// <summary>The third.</summary>
    public T C { get; }

    /// <summary>The fourth.</summary>
    public T D { get; }

    /// <summary>The fifth.</summary>
    public T E { get; }

    /// <summary>The sixth.</summary>
    public T F { get; }

    /// <summary>The seventh.</summary>
    public T G { get; }

    /// <summary>The eighth.</summary>
    public T H { get; }
}
