using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A step of Adam (Kingma and Ba 2015), as <c>torch.optim.Adam</c>: weight decay is part of the gradient.</summary>
public static unsafe class AdamUpdate
{
    /// <summary>
    /// d = g + weightDecay * w, m = beta1 * m + (1 - beta1) * d, v = beta2 * v + (1 - beta2) * d^2,
    /// w -= lr * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon).
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="w">Weights, updated.</param>
    /// <param name="g">Gradient of the weights.</param>
    /// <param name="m">Mean of the gradients, updated; zero before the first step.</param>
    /// <param name="v">Mean of their squares, updated; zero before the first step.</param>
    /// <param name="count">Elements.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="beta1">Share of the mean that lives on; a double, because 1 - 0.999 loses five digits in floats.</param>
    /// <param name="beta2">Share of the mean of squares that lives on.</param>
    /// <param name="epsilon">Added to the root.</param>
    /// <param name="weightDecay">Pull of the weights towards zero.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or <paramref name="step"/> is not positive.</exception>
    public static void Run(
        WorkerPool pool,
        float* w,
        float* g,
        float* m,
        float* v,
        int count,
        float lr,
        double beta1,
        double beta2,
        float epsilon,
        float weightDecay,
        int step)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(m);
        ArgumentNullException.ThrowIfNull(v);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        Kernel kernel = new()
        {
            W = w,
            G = g,
            M = m,
            V = v,
            Count = count,
            Beta1 = (float)beta1,
            Beta2 = (float)beta2,
            Rest1 = (float)(1 - beta1),
            Rest2 = (float)(1 - beta2),
            Epsilon = epsilon,
            WeightDecay = weightDecay,
            Step = (float)(-lr / (1 - Math.Pow(beta1, step))),
            Unbias = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
        };
        pool.Run(kernel, Elementwise.Items(count));
    }

    private struct Kernel : IKernel
    {
        public float* W;
        public float* G;
        public float* M;
        public float* V;
        public int Count;
        public float Beta1;
        public float Beta2;
        public float Rest1;
        public float Rest2;
        public float Epsilon;
        public float WeightDecay;
        public float Step;
        public float Unbias;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* w = W + first;
            float* g = G + first;
            float* m = M + first;
            float* v = V + first;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                Update<T>(w + i, g + i, m + i, v + i, T.Count);
            }

            if (i < length)
            {
                Update<T>(w + i, g + i, m + i, v + i, length - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Update<T>(float* w, float* g, float* m, float* v, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T weight = T.Load(w, lanes);
            T direction = T.MultiplyAdd(T.Create(WeightDecay), weight, T.Load(g, lanes));
            T mean = T.MultiplyAdd(T.Create(Beta1), T.Load(m, lanes), T.Create(Rest1) * direction);
            T square = T.MultiplyAdd(T.Create(Beta2), T.Load(v, lanes), T.Create(Rest2) * direction * direction);
            mean.Store(m, lanes);
            square.Store(v, lanes);
            T root = T.MultiplyAdd(T.Sqrt(square), T.Create(Unbias), T.Create(Epsilon));
            T.MultiplyAdd(T.Create(Step), mean / root, weight).Store(w, lanes);
        }
    }
}
