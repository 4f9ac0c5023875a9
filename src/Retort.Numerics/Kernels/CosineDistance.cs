using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels;

/// <summary>The cosine distance of two feature maps at every pixel: y = 1 - (a / (|a| + epsilon)) . (b / (|b| + epsilon)).</summary>
public static unsafe class CosineDistance
{
    private const int SavedPerRow = 3;

    /// <summary>Floats that <see cref="Forward"/> leaves for <see cref="Backward"/>: |a|, |b| and the cosine of every pixel.</summary>
    /// <param name="rows">Pixels: N * H * W.</param>
    public static int SavedLength(int rows) => checked(rows * SavedPerRow);

    /// <summary>y[r] = 1 - (a[r, :] / (|a[r, :]| + epsilon)) . (b[r, :] / (|b[r, :]| + epsilon)).</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First map <c>[N, H, W, C]</c>.</param>
    /// <param name="b">Second map <c>[N, H, W, C]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="epsilon">Makes the distance from a zero vector 1; DeSTSeg has 1e-12.</param>
    /// <param name="y">Output <c>[N, H, W, 1]</c>.</param>
    /// <param name="saved"><see cref="SavedLength"/> floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Forward(WorkerPool pool, float* a, float* b, int rows, int c, float epsilon, float* y, float* saved)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(saved);
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        pool.Run(new ForwardKernel { Blocks = blocks, A = a, B = b, Channels = c, Epsilon = epsilon, Y = y, Saved = saved }, blocks.Count);
    }

    /// <summary>
    /// With s = 1 / (|a| + epsilon) and t = 1 / (|b| + epsilon): da (+)= -dy * (s * t * b - cosine * s / |a| * a), and db alike;
    /// the length of a zero vector counts as constant.
    /// </summary>
    /// <param name="pool">The threads.</param>
    /// <param name="a">First map of the forward pass.</param>
    /// <param name="b">Second map.</param>
    /// <param name="saved">From the forward pass.</param>
    /// <param name="dy">Gradient of the output <c>[N, H, W, 1]</c>.</param>
    /// <param name="rows">Pixels: N * H * W.</param>
    /// <param name="c">Channels.</param>
    /// <param name="epsilon">As in the forward pass.</param>
    /// <param name="da">Gradient of the first map, or null.</param>
    /// <param name="accumulateA">Add to <paramref name="da"/> instead of overwriting it.</param>
    /// <param name="db">Gradient of the second map, or null.</param>
    /// <param name="accumulateB">Add to <paramref name="db"/> instead of overwriting it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or <paramref name="c"/> is zero.</exception>
    public static void Backward(
        WorkerPool pool,
        float* a,
        float* b,
        float* saved,
        float* dy,
        int rows,
        int c,
        float epsilon,
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
        Elementwise.Count(rows, c);
        RowBlocks blocks = new(rows, c);
        BackwardKernel kernel = new()
        {
            Blocks = blocks,
            A = a,
            B = b,
            Saved = saved,
            Dy = dy,
            Channels = c,
            Epsilon = epsilon,
            Da = da,
            AccumulateA = accumulateA,
            Db = db,
            AccumulateB = accumulateB,
        };
        pool.Run(kernel, blocks.Count);
    }

    private struct ForwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* A;
        public float* B;
        public int Channels;
        public float Epsilon;
        public float* Y;
        public float* Saved;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                float* a = A + ((nint)row * Channels);
                float* b = B + ((nint)row * Channels);
                float normA = MathF.Sqrt(Dot.Of<T>(a, a, Channels));
                float normB = MathF.Sqrt(Dot.Of<T>(b, b, Channels));

                // One factor after the other: their product may be beyond the range of floats.
                float cosine = Dot.Of<T>(a, b, Channels) / (normA + Epsilon) / (normB + Epsilon);
                Y[row] = 1 - cosine;
                float* saved = Saved + ((nint)row * SavedPerRow);
                saved[0] = normA;
                saved[1] = normB;
                saved[2] = cosine;
            }
        }
    }

    private struct BackwardKernel : IKernel
    {
        public RowBlocks Blocks;
        public float* A;
        public float* B;
        public float* Saved;
        public float* Dy;
        public int Channels;
        public float Epsilon;
        public float* Da;
        public bool AccumulateA;
        public float* Db;
        public bool AccumulateB;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int end = Blocks.End(item);
            for (int row = Blocks.First(item); row < end; row++)
            {
                nint offset = (nint)row * Channels;
                float* saved = Saved + ((nint)row * SavedPerRow);
                float inverseA = 1 / (saved[0] + Epsilon);
                float inverseB = 1 / (saved[1] + Epsilon);
                float cross = -Dy[row] * inverseA * inverseB;
                if (Da != null)
                {
                    float own = saved[0] > 0 ? Dy[row] * saved[2] * inverseA / saved[0] : 0;
                    Gradient<T>(own, A + offset, cross, B + offset, Da + offset, AccumulateA);
                }

                if (Db != null)
                {
                    float own = saved[1] > 0 ? Dy[row] * saved[2] * inverseB / saved[1] : 0;
                    Gradient<T>(own, B + offset, cross, A + offset, Db + offset, AccumulateB);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Gradient<T>(float own, float* self, float cross, float* other, float* gradient, bool accumulate)
            where T : unmanaged, ISimd<T>
        {
            T p = T.Create(own);
            T q = T.Create(cross);
            int i = 0;
            for (; i + T.Count <= Channels; i += T.Count)
            {
                Step(p, self + i, q, other + i, gradient + i, accumulate, T.Count);
            }

            if (i < Channels)
            {
                Step(p, self + i, q, other + i, gradient + i, accumulate, Channels - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<T>(T own, float* self, T cross, float* other, float* gradient, bool accumulate, int lanes)
            where T : unmanaged, ISimd<T>
        {
            T value = T.MultiplyAdd(own, T.Load(self, lanes), cross * T.Load(other, lanes));
            (accumulate ? T.Load(gradient, lanes) + value : value).Store(gradient, lanes);
        }
    }
}
