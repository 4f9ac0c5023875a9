using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>A step of stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> with no dampening.</summary>
public static unsafe class SgdUpdate
{
    /// <summary>
    /// d = g + weightDecay * w, v = momentum * v + d, w -= lr * (nesterov ? d + momentum * v : v). With v zero before the first
    /// step that step has v = d, as in PyTorch.
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="w">Weights, updated.</param>
    /// <param name="g">Gradient of the weights.</param>
    /// <param name="v">Velocity, updated; zero before the first step.</param>
    /// <param name="count">Elements.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="momentum">Share of the velocity that lives on.</param>
    /// <param name="weightDecay">Pull of the weights towards zero.</param>
    /// <param name="nesterov">Nesterov's form of momentum.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public static void Run(WorkerPool pool, float* w, float* g, float* v, int count, float lr, float momentum, float weightDecay, bool nesterov)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(v);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Kernel kernel = new()
        {
            W = w,
            G = g,
            V = v,
            Count = count,
            LearningRate = lr,
            Momentum = momentum,
            WeightDecay = weightDecay,
            Nesterov = nesterov,
        };
        pool.Run(kernel, Elementwise.Items(count));
    }

    private struct Kernel : IKernel
    {
        public float* W;
        public float* G;
        public float* V;
        public int Count;
        public float LearningRate;
        public float Momentum;
        public float WeightDecay;
        public bool Nesterov;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* w = W + first;
            float* g = G + first;
            float* v = V + first;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                Step<T>(w + i, g + i, v + i, T.Count);
            }

            if (i < length)
            {
                Step<T>(w + i, g + i, v + i, length - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(float* w, float* g, float* v, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T momentum = T.Create(Momentum);
            T weight = T.Load(w, lanes);
            T direction = T.MultiplyAdd(T.Create(WeightDecay), weight, T.Load(g, lanes));
            T velocity = T.MultiplyAdd(momentum, T.Load(v, lanes), direction);
            velocity.Store(v, lanes);
            T move = Nesterov ? T.MultiplyAdd(momentum, velocity, direction) : velocity;
            T.MultiplyAdd(T.Create(-LearningRate), move, weight).Store(w, lanes);
        }
    }
}
