using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>One result from one element.</summary>
internal interface IUnary
{
    T Apply<T>(T x)
        where T : unmanaged, ISimd<T>;
}

/// <summary>One result from a pair of elements.</summary>
internal interface IBinary
{
    T Apply<T>(T a, T b)
        where T : unmanaged, ISimd<T>;
}

/// <summary>
/// The loop that all element-wise kernels share: y (+)= f(x) and y (+)= f(a, b). A vector is read before its place is written,
/// so the destination may be one of the sources.
/// </summary>
/// <remarks>
/// This loop's form recurs in most kernels: the work on one vector is a method, inlined once with the full number of lanes as a
/// constant, where the tests for a partial vector vanish, and once more for the remainder. Here the remainder is a call, because
/// an operation may be large (an exponential) and the compiler's budget for inlining is not.
/// </remarks>
internal static unsafe class Elementwise
{
    /// <summary>Elements of an item: 16 KB of every array it touches.</summary>
    public const int ItemLength = 4096;

    /// <summary>How many items so many elements make.</summary>
    public static int Items(int count) => (int)(((long)count + ItemLength - 1) / ItemLength);

    /// <summary>The number of elements of a matrix, which has to fit an array.</summary>
    public static int Count(int rows, int c)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(c);
        long count = (long)rows * c;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength, nameof(rows));
        return (int)count;
    }

    public static void Run<TOperation>(WorkerPool pool, TOperation operation, float* x, float* y, int count, bool accumulate)
        where TOperation : unmanaged, IUnary
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        UnaryKernel<TOperation> kernel = new() { Operation = operation, X = x, Y = y, Count = count, Accumulate = accumulate };
        pool.Run(kernel, Items(count));
    }

    public static void Run<TOperation>(WorkerPool pool, TOperation operation, float* a, float* b, float* y, int count, bool accumulate)
        where TOperation : unmanaged, IBinary
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        BinaryKernel<TOperation> kernel = new() { Operation = operation, A = a, B = b, Y = y, Count = count, Accumulate = accumulate };
        pool.Run(kernel, Items(count));
    }

    private struct UnaryKernel<TOperation> : IKernel
        where TOperation : unmanaged, IUnary
    {
        public TOperation Operation;
        public float* X;
        public float* Y;
        public int Count;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * ItemLength;
            int length = (int)Math.Min(ItemLength, Count - first);
            float* x = X + first;
            float* y = Y + first;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                Step<T>(x + i, y + i, T.Count);
            }

            if (i < length)
            {
                Remainder<T>(x + i, y + i, length - i);
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void Remainder<T>(float* x, float* y, int lanes)
            where T : unmanaged, ISimd<T> => Step<T>(x, y, lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* x, float* y, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = Operation.Apply(T.Load(x, lanes));
            (Accumulate ? T.Load(y, lanes) + value : value).Store(y, lanes);
        }
    }

    private struct BinaryKernel<TOperation> : IKernel
        where TOperation : unmanaged, IBinary
    {
        public TOperation Operation;
        public float* A;
        public float* B;
        public float* Y;
        public int Count;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * ItemLength;
            int length = (int)Math.Min(ItemLength, Count - first);
            float* a = A + first;
            float* b = B + first;
            float* y = Y + first;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                Step<T>(a + i, b + i, y + i, T.Count);
            }

            if (i < length)
            {
                Remainder<T>(a + i, b + i, y + i, length - i);
            }
        }

        [MethodImpl(IKernel.Compilation)]
        private readonly void Remainder<T>(float* a, float* b, float* y, int lanes)
            where T : unmanaged, ISimd<T> => Step<T>(a, b, y, lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* a, float* b, float* y, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = Operation.Apply(T.Load(a, lanes), T.Load(b, lanes));
            (Accumulate ? T.Load(y, lanes) + value : value).Store(y, lanes);
        }
    }
}
