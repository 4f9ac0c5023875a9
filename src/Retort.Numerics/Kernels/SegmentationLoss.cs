using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The loss of a segmentation from its logits z against a mask m in [0, 1], with p = sigmoid(z):
/// mean[ BCE(p, m) * (1 - p_t)^gamma ] + mean |p - m|, p_t = p * m + (1 - p) * (1 - m). The first term is the focal loss
/// (Lin et al. 2017), the second an optional L1 loss; DeSTSeg uses both with gamma = 4. With gamma = 0 the first is plain cross-entropy.
/// </summary>
/// <remarks>
/// The logarithms of the cross-entropy are at least -100, as in PyTorch's <c>binary_cross_entropy</c>, but they are taken from the
/// logits and stay exact where the probability itself rounds to 0 or 1. The bound has no effect on the gradient: a logit that is
/// far off is still pulled back.
/// </remarks>
public static unsafe class SegmentationLoss
{
    /// <summary>Floats of scratch memory that <see cref="Forward"/> needs.</summary>
    /// <param name="count">Elements.</param>
    public static int ScratchLength(int count) => Elementwise.Items(count);

    /// <summary>loss = the mean over all elements; see the class.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="logits">Logits, <paramref name="count"/> of them.</param>
    /// <param name="mask">What they should say: 0 normal, 1 anomalous.</param>
    /// <param name="count">Elements.</param>
    /// <param name="gamma">Focusing exponent, not negative.</param>
    /// <param name="l1">Whether the L1 term is part of the loss.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <param name="loss">Receives the loss, one float.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive, or <paramref name="gamma"/> is negative or not a number.</exception>
    public static void Forward(WorkerPool pool, float* logits, float* mask, int count, float gamma, bool l1, float* scratch, float* loss)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentNullException.ThrowIfNull(loss);
        CheckOptions(count, gamma);
        pool.Run(new ForwardKernel { Logits = logits, Mask = mask, Count = count, Gamma = gamma, L1 = l1, Partial = scratch }, Elementwise.Items(count));
        *loss = (float)(Reduction.Total(scratch, Elementwise.Items(count)) / count);
    }

    /// <summary>
    /// dz (+)= dLoss / count * [ (1 - p_t)^gamma * (p - m) + BCE * gamma * (1 - p_t)^(gamma - 1) * (1 - 2m) * p * (1 - p)
    /// + sign(p - m) * p * (1 - p) ].
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="logits">As in the forward pass.</param>
    /// <param name="mask">As in the forward pass.</param>
    /// <param name="count">Elements.</param>
    /// <param name="gamma">As in the forward pass.</param>
    /// <param name="l1">As in the forward pass.</param>
    /// <param name="dLoss">Gradient of the loss, one float.</param>
    /// <param name="dLogits">Gradient of the logits.</param>
    /// <param name="accumulate">Add to <paramref name="dLogits"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive, or <paramref name="gamma"/> is negative or not a number.</exception>
    public static void Backward(WorkerPool pool, float* logits, float* mask, int count, float gamma, bool l1, float* dLoss, float* dLogits, bool accumulate)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(dLoss);
        ArgumentNullException.ThrowIfNull(dLogits);
        CheckOptions(count, gamma);
        Elementwise.Run(pool, new Slope { Gamma = gamma, L1 = l1, Scale = *dLoss / count }, logits, mask, dLogits, count, accumulate);
    }

    private static void CheckOptions(int count, float gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (!(gamma >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "The focusing exponent must be a number that is not negative.");
        }
    }

    // What value and gradient have in common. Everything is made of e^-|z|, which cannot overflow, so that p, 1 - p and their
    // logarithms all keep their relative precision however large the logit.
    private struct Terms<T>
        where T : unmanaged, ISimd<T>
    {
        public T P;
        public T OneMinusP;
        public T CrossEntropy;
        public T Miss;
        public T Focus;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Terms(T z, T m, float gamma)
        {
            T one = T.Create(1);
            T e = T.Exp(T.Zero - T.Abs(z));
            T larger = one / (one + e);
            T smaller = e * larger;
            P = T.SelectGreater(T.Zero, z, smaller, larger);
            OneMinusP = T.SelectGreater(T.Zero, z, larger, smaller);

            // log(1 + e) with the part of e that 1 + e loses (Kahan's log1p). A compiler may not fold (1 + e) - 1.
            T sum = one + e;
            T lost = sum - one;
            T log1p = T.SelectGreater(lost, T.Zero, T.Log(sum) * e / lost, e);
            T minusLogP = T.Min(T.Create(100), log1p + T.Max(T.Zero, T.Zero - z));
            T minusLogOneMinusP = T.Min(T.Create(100), log1p + T.Max(T.Zero, z));
            CrossEntropy = (m * minusLogP) + ((one - m) * minusLogOneMinusP);

            // 1 - p_t without the cancellation. It is at least the smallest normal float, whose logarithm is a number.
            Miss = T.Max((P * (one - m)) + (OneMinusP * m), T.Create(1.17549435e-38f));
            Focus = gamma == 0 ? one : T.Exp(T.Create(gamma) * T.Log(Miss));
        }
    }

    private struct ForwardKernel : IKernel
    {
        public float* Logits;
        public float* Mask;
        public int Count;
        public float Gamma;
        public bool L1;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            nint first = (nint)item * Elementwise.ItemLength;
            int length = (int)Math.Min(Elementwise.ItemLength, Count - first);
            float* logits = Logits + first;
            float* mask = Mask + first;
            T total = T.Zero;
            int i = 0;
            for (; i + T.Count <= length; i += T.Count)
            {
                total += Value(T.Load(logits + i), T.Load(mask + i));
            }

            Partial[item] = T.Sum(total) + (i < length ? Remainder<T>(logits + i, mask + i, length - i) : 0);
        }

        // The loss of the empty lanes is not zero: they stay out of the sum.
        [MethodImpl(IKernel.Compilation)]
        private readonly float Remainder<T>(float* logits, float* mask, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T values = Value(T.Load(logits, lanes), T.Load(mask, lanes));
            float loss = 0;
            for (int lane = 0; lane < lanes; lane++)
            {
                loss += ((float*)&values)[lane];
            }

            return loss;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly T Value<T>(T z, T m)
            where T : unmanaged, ISimd<T>
        {
            Terms<T> terms = new(z, m, Gamma);
            T value = terms.CrossEntropy * terms.Focus;
            return L1 ? value + T.Abs(terms.P - m) : value;
        }
    }

    private struct Slope : IBinary
    {
        public float Gamma;
        public bool L1;
        public float Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly T Apply<T>(T z, T m)
            where T : unmanaged, ISimd<T>
        {
            T one = T.Create(1);
            Terms<T> terms = new(z, m, Gamma);
            T variance = terms.P * terms.OneMinusP;

            // p - m = p * (1 - m) - (1 - p) * m keeps its precision when p is close to a mask of one.
            T error = (terms.P * (one - m)) - (terms.OneMinusP * m);

            // gamma * (1 - p_t)^(gamma - 1) = gamma * (1 - p_t)^gamma / (1 - p_t): the quotient stays finite for gamma below one.
            T bend = T.Create(Gamma) * terms.CrossEntropy * (one - m - m) * (variance / terms.Miss);
            T slope = terms.Focus * (error + bend);
            if (L1)
            {
                slope += T.SelectGreater(error, T.Zero, variance, T.SelectGreater(T.Zero, error, T.Zero - variance, T.Zero));
            }

            return T.Create(Scale) * slope;
        }
    }
}
