using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>U = G g G^T for a whole filter, and its adjoint for the filter's gradient.</summary>
internal static unsafe class WinogradFilterTransforms
{
    private const int Side = 3;
    private const int Taps = Side * Side;
    private const int LargestInputs = 6;

    // Input channels of a work item: a cache line of them, which the transposed form reads together.
    private const int RowsPerItem = 16;

    /// <summary>Packs <c>[tap][in][out]</c> weights.</summary>
    public static void Pack<TTransform>(WorkerPool pool, WinogradFilter filter, float* weights, float* packed)
        where TTransform : struct, IWinogradTransform
    {
        PackKernel<TTransform> kernel = new() { Filter = filter, Weights = weights, Packed = packed };
        pool.Run(kernel, filter.InChannels / RowsPerItem * (filter.Columns / WinogradFilter.ColumnStep));
    }

    /// <summary>Packs the flipped, transposed form of <c>[tap][out][in]</c> weights (in and out as <paramref name="filter"/> has them).</summary>
    public static void PackTransposed<TTransform>(WorkerPool pool, WinogradFilter filter, float* weights, float* packed)
        where TTransform : struct, IWinogradTransform
    {
        PackTransposedKernel<TTransform> kernel = new() { Filter = filter, Weights = weights, Packed = packed };
        pool.Run(kernel, filter.InChannels / RowsPerItem * (filter.Columns / WinogradFilter.ColumnStep));
    }

    /// <summary>dW = G^T dU G for one input channel.</summary>
    /// <param name="du">The gradient of the transformed filter at the first point: a row of output channels.</param>
    /// <param name="plane">Floats from one point of <paramref name="du"/> to the next.</param>
    /// <param name="dw">The first tap's gradient: a row of output channels.</param>
    /// <param name="tap">Floats from one tap of <paramref name="dw"/> to the next.</param>
    /// <param name="channels">Output channels.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public static void Adjoint<T, TTransform>(float* du, nint plane, float* dw, nint tap, int channels)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        T* scratch = stackalloc T[Side * LargestInputs];
        var columns = new WinogradMatrix((float*)scratch, inputs, T.Count);
        float* memory = stackalloc float[WinogradFactors<T>.Most];
        var factors = new WinogradFactors<T>(WinogradTileTransforms.Copy(TTransform.FilterFactors, memory));
        for (int c = 0; c < channels; c += T.Count)
        {
            var points = new WinogradMatrix(du + c, inputs, plane);
            for (int j = 0; j < inputs; j++)
            {
                TTransform.FilterAdjoint<T, StridedLine>(points.Column(j, 0), columns.Column(j, 0), factors);
            }

            var result = new WinogradMatrix(dw + c, Side, tap);
            for (int i = 0; i < Side; i++)
            {
                TTransform.FilterAdjoint<T, StridedLine>(columns.Row(i, 0), result.Row(i, 0), factors);
            }
        }
    }

    // One input channel by one step of columns.
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    private static void PackRow<T, TTransform>(in WinogradFilter filter, float* weights, nint tap, int k, int firstColumn, float* packed)
        where T : unmanaged, ISimd<T>
        where TTransform : struct, IWinogradTransform
    {
        int inputs = TTransform.Inputs;
        T* scratch = stackalloc T[LargestInputs * Side];
        var columns = new WinogradMatrix((float*)scratch, Side, T.Count);
        float* memory = stackalloc float[WinogradFactors<T>.Most];
        var factors = new WinogradFactors<T>(WinogradTileTransforms.Copy(TTransform.FilterFactors, memory));
        for (int c = 0; c < WinogradFilter.ColumnStep; c += T.Count)
        {
            if (c % Simd.LineFloats == 0)
            {
                WinogradTileTransforms.FetchLines(packed + filter.Offset<T>(k + 1, firstColumn + c), filter.Plane, inputs * inputs);
            }

            for (int j = 0; j < Side; j++)
            {
                TTransform.Filter<T, StridedLine>(new StridedLine(weights + (j * tap) + c, Side * tap), columns.Column(j, 0), factors);
            }

            var result = new WinogradMatrix(packed + filter.Offset<T>(k, firstColumn + c), inputs, filter.Plane);
            for (int i = 0; i < inputs; i++)
            {
                TTransform.Filter<T, StridedLine>(columns.Row(i, 0), result.Row(i, 0), factors);
            }
        }
    }

    private struct PackKernel<TTransform> : IKernel
        where TTransform : struct, IWinogradTransform
    {
        public WinogradFilter Filter;
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
                PackRow<T, TTransform>(Filter, row, (nint)Filter.InChannels * Filter.OutChannels, k, column, Packed);
            }
        }
    }

    private struct PackTransposedKernel<TTransform> : IKernel
        where TTransform : struct, IWinogradTransform
    {
        public WinogradFilter Filter;
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
                    Simd.Prefetch(from + ((nint)Filter.OutChannels * Filter.InChannels));
                    for (int k = 0; k < RowsPerItem; k++)
                    {
                        to[(k * step) + j] = from[k];
                    }

                    from += Filter.InChannels;
                }
            }

            for (int k = 0; k < RowsPerItem; k++)
            {
                PackRow<T, TTransform>(Filter, block + (k * step), RowsPerItem * step, first + k, column, Packed);
            }
        }
    }
}
