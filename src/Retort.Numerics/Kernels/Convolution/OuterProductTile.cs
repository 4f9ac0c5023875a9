using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The inner loop of weight gradients: a tile of up to 8 rows (input channels) by two vectors (output channels), summed over
/// pixels: C[i][j] += sum over k of A[k][i] * B[k][j].
/// </summary>
internal static unsafe class OuterProductTile
{
    /// <summary>Most rows of a tile.</summary>
    public static int MaxRows<T>()
        where T : unmanaged, ISimd<T> => T.Registers >= 32 ? 8 : 6;

    /// <summary>Computes one tile.</summary>
    /// <param name="rows">Its height, at most <see cref="MaxRows{T}"/>.</param>
    /// <param name="a">The first pixel's first input channel.</param>
    /// <param name="strideA">Floats from one pixel of A to the next.</param>
    /// <param name="b">The first pixel's first output channel of the tile.</param>
    /// <param name="strideB">Floats from one pixel of B to the next.</param>
    /// <param name="secondB">Floats from the first vector of a pixel of B to the second.</param>
    /// <param name="pixels">How many pixels to sum over.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="ldc">Floats from one row of C to the next.</param>
    /// <param name="accumulate">Add to C instead of overwriting it.</param>
    [MethodImpl(IKernel.Compilation)]
    public static void Run<T>(int rows, float* a, nint strideA, float* b, nint strideB, nint secondB, nint pixels, float* c, nint ldc, bool accumulate)
        where T : unmanaged, ISimd<T>
    {
        switch (rows)
        {
            case 1:
                Tile<T, Rows1>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 2:
                Tile<T, Rows2>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 3:
                Tile<T, Rows3>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 4:
                Tile<T, Rows4>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 5:
                Tile<T, Rows5>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 6:
                Tile<T, Rows6>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 7:
                Tile<T, Rows7>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            case 8:
                Tile<T, Rows8>(a, strideA, b, strideB, secondB, pixels, c, ldc, accumulate);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    [MethodImpl(IKernel.Compilation)]
    private static void Tile<T, TRows>(float* a, nint strideA, float* b, nint strideB, nint secondB, nint pixels, float* c, nint ldc, bool accumulate)
        where T : unmanaged, ISimd<T>
        where TRows : struct, IRows
    {
        T c0x0 = T.Zero, c0x1 = T.Zero, c1x0 = T.Zero, c1x1 = T.Zero, c2x0 = T.Zero, c2x1 = T.Zero, c3x0 = T.Zero, c3x1 = T.Zero, c4x0 = T.Zero, c4x1 = T.Zero, c5x0 = T.Zero, c5x1 = T.Zero, c6x0 = T.Zero, c6x1 = T.Zero, c7x0 = T.Zero, c7x1 = T.Zero;
        if (accumulate)
        {
            c0x0 = T.Load(c);
            c0x1 = T.Load(c + T.Count);

            if (TRows.Count > 1)
            {
                c1x0 = T.Load(c + (1 * ldc));
                c1x1 = T.Load(c + (1 * ldc) + T.Count);
            }

            if (TRows.Count > 2)
            {
                c2x0 = T.Load(c + (2 * ldc));
                c2x1 = T.Load(c + (2 * ldc) + T.Count);
            }

            if (TRows.Count > 3)
            {
                c3x0 = T.Load(c + (3 * ldc));
                c3x1 = T.Load(c + (3 * ldc) + T.Count);
            }

            if (TRows.Count > 4)
            {
                c4x0 = T.Load(c + (4 * ldc));
                c4x1 = T.Load(c + (4 * ldc) + T.Count);
            }

            if (TRows.Count > 5)
            {
                c5x0 = T.Load(c + (5 * ldc));
                c5x1 = T.Load(c + (5 * ldc) + T.Count);
            }

            if (TRows.Count > 6)
            {
                c6x0 = T.Load(c + (6 * ldc));
                c6x1 = T.Load(c + (6 * ldc) + T.Count);
            }

            if (TRows.Count > 7)
            {
                c7x0 = T.Load(c + (7 * ldc));
                c7x1 = T.Load(c + (7 * ldc) + T.Count);
            }
        }

        for (nint k = pixels; k > 0; k--)
        {
            T b0 = T.Load(b);
            T b1 = T.Load(b + secondB);
            T v = T.Create(a[0]);
            c0x0 = T.MultiplyAdd(v, b0, c0x0);
            c0x1 = T.MultiplyAdd(v, b1, c0x1);
            if (TRows.Count > 1)
            {
                v = T.Create(a[1]);
                c1x0 = T.MultiplyAdd(v, b0, c1x0);
                c1x1 = T.MultiplyAdd(v, b1, c1x1);
            }

            if (TRows.Count > 2)
            {
                v = T.Create(a[2]);
                c2x0 = T.MultiplyAdd(v, b0, c2x0);
                c2x1 = T.MultiplyAdd(v, b1, c2x1);
            }

            if (TRows.Count > 3)
            {
                v = T.Create(a[3]);
                c3x0 = T.MultiplyAdd(v, b0, c3x0);
                c3x1 = T.MultiplyAdd(v, b1, c3x1);
            }

            if (TRows.Count > 4)
            {
                v = T.Create(a[4]);
                c4x0 = T.MultiplyAdd(v, b0, c4x0);
                c4x1 = T.MultiplyAdd(v, b1, c4x1);
            }

            if (TRows.Count > 5)
            {
                v = T.Create(a[5]);
                c5x0 = T.MultiplyAdd(v, b0, c5x0);
                c5x1 = T.MultiplyAdd(v, b1, c5x1);
            }

            if (TRows.Count > 6)
            {
                v = T.Create(a[6]);
                c6x0 = T.MultiplyAdd(v, b0, c6x0);
                c6x1 = T.MultiplyAdd(v, b1, c6x1);
            }

            if (TRows.Count > 7)
            {
                v = T.Create(a[7]);
                c7x0 = T.MultiplyAdd(v, b0, c7x0);
                c7x1 = T.MultiplyAdd(v, b1, c7x1);
            }

            a += strideA;
            b += strideB;
        }

        c0x0.Store(c);
        c0x1.Store(c + T.Count);

        if (TRows.Count > 1)
        {
            c1x0.Store(c + (1 * ldc));
            c1x1.Store(c + (1 * ldc) + T.Count);
        }

        if (TRows.Count > 2)
        {
            c2x0.Store(c + (2 * ldc));
            c2x1.Store(c + (2 * ldc) + T.Count);
        }

        if (TRows.Count > 3)
        {
            c3x0.Store(c + (3 * ldc));
            c3x1.Store(c + (3 * ldc) + T.Count);
        }

        if (TRows.Count > 4)
        {
            c4x0.Store(c + (4 * ldc));
            c4x1.Store(c + (4 * ldc) + T.Count);
        }

        if (TRows.Count > 5)
        {
            c5x0.Store(c + (5 * ldc));
            c5x1.Store(c + (5 * ldc) + T.Count);
        }

        if (TRows.Count > 6)
        {
            c6x0.Store(c + (6 * ldc));
            c6x1.Store(c + (6 * ldc) + T.Count);
        }

        if (TRows.Count > 7)
        {
            c7x0.Store(c + (7 * ldc));
            c7x1.Store(c + (7 * ldc) + T.Count);
        }
    }
}
