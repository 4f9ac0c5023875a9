using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>U = G g G^T for a whole filter, and its adjoint for the filter's gradient.</summary>
internal static unsafe class WinogradFilterTransforms
{
    private const int Taps = 9;
    private const int LargestInputs = 8;

    // Input channels of a work item: a cache line of them, which the transposed form reads together.
    private const int RowsPerItem = 16;

    /// <summary>The matrix G of a transform, <c>[Inputs][3]</c>, in an array that never moves.</summary>
    public static float[] Matrix<TTransform>()
        where TTransform : struct, IWinogradTransform
    {
        ReadOnlySpan<double> points = TTransform.Points;
        float[] matrix = GC.AllocateArray<float>(TTransform.Inputs * 3, pinned: true);
        for (int j = 0; j < points.Length; j++)
        {
            double product = 1;
            for (int k = 0; k < points.Length; k++)
            {
                product *= k == j ? 1 : points[j] - points[k];
            }

            matrix[3 * j] = (float)(1 / product);
            matrix[(3 * j) + 1] = (float)(points[j] / product);
            matrix[(3 * j) + 2] = (float)(points[j] * points[j] / product);
        }

        matrix[^1] = 1;
        return matrix;
    }

    /// <summary>Packs <c>[tap][in][out]</c> weights.</summary>
    public static void Pack<TTransform>(WorkerPool pool, WinogradFilter filter, float* matrix, float* weights, float* packed)
        where TTransform : struct, IWinogradTransform
    {
        PackKernel<TTransform> kernel = new() { Filter = filter, Matrix = matrix, Weights = weights, Packed = packed };
        pool.Run(kernel, filter.InChannels / RowsPerItem * (filter.Columns / WinogradFilter.ColumnStep));
    }

    /// <summary>Packs the flipped, transposed form of <c>[tap][out][in]</c> weights (in and out as <paramref name="filter"/> has them).</summary>
    public static void PackTransposed<TTransform>(WorkerPool pool, WinogradFilter filter, float* matrix, float* weights, float* packed)
        where TTransform : struct, IWinogradTransform
    {
        PackTransposedKernel<TTransform> kernel = new() { Filter = filter, Matrix = matrix, Weights = weights, Packed = packed };
        pool.Run(kernel, filter.InChannels / RowsPerItem * (filter.Columns / WinogradFilter.ColumnStep));
    }

    /// <summary>dW = G^T dU G.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="inChannels">Input channels.</param>
    /// <param name="outChannels">Output channels.</param>
    /// <param name="matrix">G.</param>
    /// <param name="du">The gradient of the transformed filter, <c>[point][in][out]</c>.</param>
    /// <param name="plane">Floats from one point of <paramref name="du"/> to the next.</param>
    /// <param name="dw">The gradient, <c>[tap][in][out]</c>.</param>
    /// <param name="tap">Floats from one tap of <paramref name="dw"/> to the next.</param>
    public static void Adjoint<TTransform>(WorkerPool pool, int inChannels, int outChannels, float* matrix, float* du, nint plane, float* dw, nint tap)
        where TTransform : struct, IWinogradTransform
    {
        AdjointKernel<TTransform> kernel = new() { OutChannels = outChannels, Matrix = matrix, DU = du, Plane = plane, DW = dw, Tap = tap };
        pool.Run(kernel, inChannels / RowsPerItem);
    }

    // One input channel by one step of columns.
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    private static void PackRow<T, TTransform>(in WinogradFilter filter, float* matrix, float* weights, nint tap, int k, int firstColumn, float* packed)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        T* columns = stackalloc T[LargestInputs * 3];
        for (int c = 0; c < WinogradFilter.ColumnStep; c += T.Count)
        {
            for (int j = 0; j < 3; j++)
            {
                T w0 = T.Load(weights + (j * tap) + c), w1 = T.Load(weights + ((j + 3) * tap) + c), w2 = T.Load(weights + ((j + 6) * tap) + c);
                for (int i = 0; i < inputs; i++)
                {
                    columns[(i * 3) + j] = Row(matrix + (3 * i), w0, w1, w2);
                }
            }

            float* result = packed + filter.Offset<T>(k, firstColumn + c);
            for (int i = 0; i < inputs; i++)
            {
                T u0 = columns[i * 3], u1 = columns[(i * 3) + 1], u2 = columns[(i * 3) + 2];
                for (int j = 0; j < inputs; j++)
                {
                    Row(matrix + (3 * j), u0, u1, u2).Store(result);
                    result += filter.Plane;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Row(float* g, T a, T b, T c) =>
            T.MultiplyAdd(T.Create(g[0]), a, T.MultiplyAdd(T.Create(g[1]), b, T.Create(g[2]) * c));
    }

    private struct PackKernel<TTransform> : IKernel
        where TTransform : struct, IWinogradTransform
    {
        public WinogradFilter Filter;
        public float* Matrix;
        public float* Weights;
        public float* Packed;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            int panels = Filter.Columns / WinogradFilter.ColumnStep;
            int column = item % panels * WinogradFilter.ColumnStep;
            int first = item / panels * RowsPerItem;
            for (int k = first; k < first + RowsPerItem; k++)
            {
                float* row = Weights + ((nint)k * Filter.OutChannels) + column;
                PackRow<T, TTransform>(Filter, Matrix, row, (nint)Filter.InChannels * Filter.OutChannels, k, column, Packed);
            }
        }
    }

    private struct PackTransposedKernel<TTransform> : IKernel
        where TTransform : struct, IWinogradTransform
    {
        public WinogradFilter Filter;
        public float* Matrix;
        public float* Weights;
        public float* Packed;

        [SkipLocalsInit]
        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            const int step = WinogradFilter.ColumnStep;
            int panels = Filter.Columns / step;
            int column = item % panels * step;
            int first = item / panels * RowsPerItem;
            int columns = Math.Min(step, Filter.OutChannels - column);

            // The block with rows and columns exchanged and the taps in reverse; columns of padding are zeros.
            float* block = stackalloc float[Taps * RowsPerItem * step];
            if (columns < step)
            {
                new Span<float>(block, Taps * RowsPerItem * step).Clear();
            }

            for (int tap = 0; tap < Taps; tap++)
            {
                float* from = Weights + (((((nint)tap * Filter.OutChannels) + column) * Filter.InChannels) + first);
                float* to = block + ((Taps - 1 - tap) * RowsPerItem * step);
                for (int j = 0; j < columns; j++)
                {
                    for (int k = 0; k < RowsPerItem; k++)
                    {
                        to[(k * step) + j] = from[k];
                    }

                    from += Filter.InChannels;
                }
            }

            for (int k = 0; k < RowsPerItem; k++)
            {
                PackRow<T, TTransform>(Filter, Matrix, block + (k * step), RowsPerItem * step, first + k, column, Packed);
            }
        }
    }

    private struct AdjointKernel<TTransform> : IKernel
        where TTransform : struct, IWinogradTransform
    {
        public int OutChannels;
        public float* Matrix;
        public float* DU;
        public nint Plane;
        public float* DW;
        public nint Tap;

        [MethodImpl(IKernel.Compilation)]
        public readonly void Execute<T>(int item, int worker)
            where T : unmanaged, ISimd<T>
        {
            for (nint k = item * RowsPerItem; k < (item + 1) * RowsPerItem; k++)
            {
                AdjointRow<T, TTransform>(DU + (k * OutChannels), Plane, Matrix, DW + (k * OutChannels), Tap, OutChannels);
            }
        }
    }

    // One input channel, all output channels.
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    private static void AdjointRow<T, TTransform>(float* du, nint plane, float* matrix, float* dw, nint tap, int channels)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        T* columns = stackalloc T[3 * LargestInputs];
        for (int c = 0; c < channels; c += T.Count)
        {
            for (int j = 0; j < inputs; j++)
            {
                T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero;
                for (int i = 0; i < inputs; i++)
                {
                    float* g = matrix + (3 * i);
                    T u = T.Load(du + (((i * inputs) + j) * plane) + c);
                    s0 = T.MultiplyAdd(T.Create(g[0]), u, s0);
                    s1 = T.MultiplyAdd(T.Create(g[1]), u, s1);
                    s2 = T.MultiplyAdd(T.Create(g[2]), u, s2);
                }

                columns[j] = s0;
                columns[LargestInputs + j] = s1;
                columns[(2 * LargestInputs) + j] = s2;
            }

            for (int row = 0; row < 3; row++)
            {
                T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero;
                for (int j = 0; j < inputs; j++)
                {
                    float* g = matrix + (3 * j);
                    T u = columns[(row * LargestInputs) + j];
                    s0 = T.MultiplyAdd(T.Create(g[0]), u, s0);
                    s1 = T.MultiplyAdd(T.Create(g[1]), u, s1);
                    s2 = T.MultiplyAdd(T.Create(g[2]), u, s2);
                }

                float* result = dw + (3 * row * tap) + c;
                s0.Store(result);
                s1.Store(result + tap);
                s2.Store(result + (2 * tap));
            }
        }
    }
}
