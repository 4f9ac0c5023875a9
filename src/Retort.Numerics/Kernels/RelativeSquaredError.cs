using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The squared error of an array relative to the squares of what it should be: sum((x - t)^2) / (sum(t^2) + epsilon). 0 is perfect, 1 no better than zeros. The
/// order of the additions depends on the length alone.
/// </summary>
public static unsafe class RelativeSquaredError
{
    /// <summary>Floats of scratch memory that <see cref="Forward"/> needs.</summary>
    /// <param name="count">Elements.</param>
    public static int ScratchLength(int count) => 2 * Elementwise.Items(count);

    /// <summary>result = scale * sum((x - t)^2) / (sum(t^2) + epsilon).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">What is measured.</param>
    /// <param name="target">What it should be.</param>
    /// <param name="count">Elements.</param>
    /// <param name="scale">A factor.</param>
    /// <param name="epsilon">Keeps a target of zeros from dividing by zero.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <param name="result">Receives the error, one float.</param>
    /// <param name="share">Receives scale / (sum(t^2) + epsilon), one float, for <see cref="Backward"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Forward(WorkerPool pool, float* x, float* target, int count, float scale, float epsilon, float* scratch, float* result, float* share)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(share);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int items = Elementwise.Items(count);
        pool.Run(new Kernel { X = x, Target = target, Count = count, Errors = scratch, Squares = scratch + items }, items);
        double perUnit = scale / (Reduction.Total(scratch + items, items) + epsilon);
        *share = (float)perUnit;
        *result = (float)(perUnit * Reduction.Total(scratch, items));
    }

    /// <summary>dx (+)= dResult * share * 2 (x - t).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="x">As in the forward pass.</param>
    /// <param name="target">As in the forward pass.</param>
    /// <param name="share">From the forward pass.</param>
    /// <param name="dResult">Gradient of the error, one float.</param>
    /// <param name="dx">Gradient of the elements.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Backward(WorkerPool pool, float* x, float* target, float* share, float* dResult, float* dx, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(dResult);
        ArgumentNullException.ThrowIfNull(dx);
        Elementwise.Run(pool, new Slope { Factor = 2 * *share * *dResult }, x, target, dx, count, accumulate);
    }

    private struct Slope : IBinary
    {
        public float Factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T x, T target)
            where T : unmanaged, ISimd<T> => T.Create(Factor) * (x - target);
    }

    private struct Kernel : IKernel
    {
        public float* X;
        public float* Target;
        public int Count;
        public float* Errors;
        public float* Squares;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* x = X + first;
            float* target = Target + first;
            T errors = T.Zero;
            T squares = T.Zero;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                Step(x + i, target + i, ref errors, ref squares, T.Count);
            }

            if (i < length)
            {
                Step(x + i, target + i, ref errors, ref squares, length - i);
            }

            Errors[item] = T.Sum(errors);
            Squares[item] = T.Sum(squares);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<T>(float* x, float* target, ref T errors, ref T squares, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T t = T.Load(target, lanes);
            T difference = T.Load(x, lanes) - t;
            errors = T.MultiplyAdd(difference, difference, errors);
            squares = T.MultiplyAdd(t, t, squares);
        }
    }
}
