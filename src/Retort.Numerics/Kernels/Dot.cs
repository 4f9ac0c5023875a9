using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The inner product, as a building block of kernels.</summary>
internal static unsafe class Dot
{
    /// <summary>a[0] * b[0] + a[1] * b[1] + ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<T>(float* a, float* b, int count)
        where T : unmanaged, ISimd<T>
    {
        T even = T.Zero;
        T odd = T.Zero;
        int i = 0;
        for (; i + (2 * T.Count) <= count; i += 2 * T.Count)
        {
            even = T.MultiplyAdd(T.Load(a + i), T.Load(b + i), even);
            odd = T.MultiplyAdd(T.Load(a + i + T.Count), T.Load(b + i + T.Count), odd);
        }

        for (; i < count; i += T.Count)
        {
            even = T.MultiplyAdd(T.Load(a + i, count - i), T.Load(b + i, count - i), even);
        }

        return T.Sum(even + odd);
    }
}
