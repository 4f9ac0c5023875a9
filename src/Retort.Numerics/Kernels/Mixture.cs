using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A mixture of arrays, y = sum over j of w[j] * x[j] with w = softmax(theta), one array after the other.</summary>
public static unsafe class Mixture
{
    /// <summary>w = softmax(theta).</summary>
    /// <param name="theta">One value an array.</param>
    /// <param name="arrays">How many.</param>
    /// <param name="weights">The shares, one an array.</param>
    public static void Weights(float* theta, int arrays, float* weights)
    {
        ArgumentNullException.ThrowIfNull(theta);
        ArgumentNullException.ThrowIfNull(weights);
        double largest = double.NegativeInfinity;
        for (int j = 0; j < arrays; j++)
        {
            largest = Math.Max(largest, theta[j]);
        }

        double sum = 0;
        for (int j = 0; j < arrays; j++)
        {
            sum += Math.Exp(theta[j] - largest);
        }

        for (int j = 0; j < arrays; j++)
        {
            weights[j] = (float)(Math.Exp(theta[j] - largest) / sum);
        }
    }

    /// <summary>y (+)= w * x: one array's share. Of the gradient of y it makes that of x.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="weight">The array's weight, one float.</param>
    /// <param name="x">The array.</param>
    /// <param name="y">The mixture.</param>
    /// <param name="count">Elements.</param>
    /// <param name="accumulate">Add to <paramref name="y"/> instead of overwriting it: all arrays but the first.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void AddShare(WorkerPool pool, float* weight, float* x, float* y, int count, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Elementwise.Run(pool, new Share { Weight = *weight }, x, y, count, accumulate);
    }

    /// <summary>Floats of scratch memory that <see cref="WeightGradient"/> needs.</summary>
    /// <param name="count">Elements.</param>
    public static int ScratchLength(int count) => Elementwise.Items(count);

    /// <summary>dw = dy . x: the gradient of one array's weight.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="dy">Gradient of the mixture.</param>
    /// <param name="x">The array.</param>
    /// <param name="count">Elements.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <param name="dWeight">One float.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void WeightGradient(WorkerPool pool, float* dy, float* x, int count, float* scratch, float* dWeight)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(dy);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(dWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        pool.Run(new DotKernel { A = dy, B = x, Count = count, Partial = scratch }, Elementwise.Items(count));
        *dWeight = (float)Reduction.Total(scratch, Elementwise.Items(count));
    }

    /// <summary>dTheta[j] = w[j] * (dw[j] - w . dw).</summary>
    /// <param name="weights">From <see cref="Weights"/>.</param>
    /// <param name="dWeights">From <see cref="WeightGradient"/>, one an array.</param>
    /// <param name="arrays">How many.</param>
    /// <param name="dTheta">One an array.</param>
    public static void ThetaGradient(float* weights, float* dWeights, int arrays, float* dTheta)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(dWeights);
        ArgumentNullException.ThrowIfNull(dTheta);
        double mean = 0;
        for (int j = 0; j < arrays; j++)
        {
            mean += (double)weights[j] * dWeights[j];
        }

        for (int j = 0; j < arrays; j++)
        {
            dTheta[j] = (float)(weights[j] * (dWeights[j] - mean));
        }
    }

    private struct Share : IUnary
    {
        public float Weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T x)
            where T : unmanaged, ISimd<T> => T.Create(Weight) * x;
    }

    private struct DotKernel : IKernel
    {
        public float* A;
        public float* B;
        public int Count;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            Partial[item] = Dot.Of<T>(A + first, B + first, (int)Math.Min(Elementwise.ItemLength, Count - first));
        }
    }
}
