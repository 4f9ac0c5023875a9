using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>
/// The cosine distance of two whole feature maps, one number a picture: the loss of reverse distillation (Deng and Li 2022, reference code).
/// </summary>
/// <remarks>As in PyTorch 2's <c>cosine_similarity</c> each length is at least 1e-8, and that bound has no effect on the gradient.</remarks>
public static unsafe class FlatCosineDistance
{
    /// <summary>Lengths below it count as it.</summary>
    public const double SmallestNorm = 1e-8;

    private const int PartialsPerItem = 3;
    private const int SavedPerPicture = 3;

    /// <summary>Floats of scratch memory that <see cref="Forward"/> needs.</summary>
    /// <param name="n">Pictures.</param>
    /// <param name="length">Values of a picture: H * W * C.</param>
    public static int ScratchLength(int n, int length) => checked(n * Elementwise.Items(length) * PartialsPerItem);

    /// <summary>Floats that <see cref="Forward"/> leaves for <see cref="Backward"/>: |a|, |b| and the cosine of every picture.</summary>
    /// <param name="n">Pictures.</param>
    public static int SavedLength(int n) => checked(n * SavedPerPicture);

    /// <summary>y[n] = 1 - (a[n, :] . b[n, :]) / (max(|a[n, :]|, 1e-8) * max(|b[n, :]|, 1e-8)).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First map <c>[N, H, W, C]</c>.</param>
    /// <param name="b">Second map <c>[N, H, W, C]</c>.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="length">Values of a picture: H * W * C.</param>
    /// <param name="y">Output, one value a picture.</param>
    /// <param name="saved"><see cref="SavedLength"/> floats.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="length"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* a, float* b, int n, int length, float* y, float* saved, float* scratch)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(saved);
        ArgumentNullException.ThrowIfNull(scratch);
        Elementwise.Count(n, length);
        int items = Elementwise.Items(length);
        pool.Run(new ForwardKernel { A = a, B = b, Length = length, ItemsPerPicture = items, Partial = scratch }, n * items);
        for (int picture = 0; picture < n; picture++)
        {
            double aa = 0, bb = 0, ab = 0;
            float* partial = scratch + ((nint)picture * items * PartialsPerItem);
            for (int item = 0; item < items; item++, partial += PartialsPerItem)
            {
                aa += partial[0];
                bb += partial[1];
                ab += partial[2];
            }

            double normA = Math.Sqrt(aa);
            double normB = Math.Sqrt(bb);
            double cosine = ab / (Math.Max(normA, SmallestNorm) * Math.Max(normB, SmallestNorm));
            y[picture] = (float)(1 - cosine);
            saved[picture * SavedPerPicture] = (float)normA;
            saved[(picture * SavedPerPicture) + 1] = (float)normB;
            saved[(picture * SavedPerPicture) + 2] = (float)cosine;
        }
    }

    /// <summary>
    /// With p = max(|a|, 1e-8) and q = max(|b|, 1e-8): da (+)= -dy * (b / (p * q) - cosine / (p * |a|) * a), and db alike;
    /// the length of a zero vector counts as constant.
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First map of the forward pass.</param>
    /// <param name="b">Second map.</param>
    /// <param name="saved">From the forward pass.</param>
    /// <param name="dy">Gradient of the output, one value a picture.</param>
    /// <param name="n">Pictures.</param>
    /// <param name="length">Values of a picture: H * W * C.</param>
    /// <param name="da">Gradient of the first map, or null.</param>
    /// <param name="accumulateA">Add to <paramref name="da"/> instead of overwriting it.</param>
    /// <param name="db">Gradient of the second map, or null.</param>
    /// <param name="accumulateB">Add to <paramref name="db"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="length"/> is zero.</exception>
    public static void Backward(
        WorkerPool pool,
        float* a,
        float* b,
        float* saved,
        float* dy,
        int n,
        int length,
        float* da,
        bool accumulateA,
        float* db,
        bool accumulateB)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(saved);
        ArgumentNullException.ThrowIfNull(dy);
        Elementwise.Count(n, length);
        int items = Elementwise.Items(length);
        if (da != null)
        {
            pool.Run(new BackwardKernel { Self = a, Other = b, Saved = saved, Second = 0, Dy = dy, Length = length, ItemsPerPicture = items, Gradient = da, Accumulate = accumulateA }, n * items);
        }

        if (db != null)
        {
            pool.Run(new BackwardKernel { Self = b, Other = a, Saved = saved, Second = 1, Dy = dy, Length = length, ItemsPerPicture = items, Gradient = db, Accumulate = accumulateB }, n * items);
        }
    }

    private struct ForwardKernel : IKernel
    {
        public float* A;
        public float* B;
        public int Length;
        public int ItemsPerPicture;
        public float* Partial;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int part) = Math.DivRem(item, ItemsPerPicture);
            int first = part * Elementwise.ItemLength;
            int count = Math.Min(Elementwise.ItemLength, Length - first);
            nint offset = ((nint)n * Length) + first;
            float* partial = Partial + ((nint)item * PartialsPerItem);
            partial[0] = Dot.Of<T>(A + offset, A + offset, count);
            partial[1] = Dot.Of<T>(B + offset, B + offset, count);
            partial[2] = Dot.Of<T>(A + offset, B + offset, count);
        }
    }

    private struct BackwardKernel : IKernel
    {
        public float* Self;
        public float* Other;
        public float* Saved;
        public int Second;
        public float* Dy;
        public int Length;
        public int ItemsPerPicture;
        public float* Gradient;
        public bool Accumulate;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            (int n, int part) = Math.DivRem(item, ItemsPerPicture);
            int first = part * Elementwise.ItemLength;
            int count = Math.Min(Elementwise.ItemLength, Length - first);
            nint offset = ((nint)n * Length) + first;
            float* saved = Saved + ((nint)n * SavedPerPicture);
            double norm = saved[Second];
            double bounded = Math.Max(norm, SmallestNorm);
            double bounded2 = Math.Max(saved[1 - Second], SmallestNorm);
            T own = T.Create(norm > 0 ? (float)(Dy[n] * saved[2] / (bounded * norm)) : 0);
            T cross = T.Create((float)(-Dy[n] / (bounded * bounded2)));
            float* self = Self + offset;
            float* other = Other + offset;
            float* gradient = Gradient + offset;
            int i = 0;
            for (; i + T.Count <= count; i += T.Count)
            {
                Step(own, self + i, cross, other + i, gradient + i, T.Count);
            }

            if (i < count)
            {
                Step(own, self + i, cross, other + i, gradient + i, count - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Step<T>(T own, float* self, T cross, float* other, float* gradient, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.MultiplyAdd(own, T.Load(self, lanes), cross * T.Load(other, lanes));
            (Accumulate ? T.Load(gradient, lanes) + value : value).Store(gradient, lanes);
        }
    }
}
