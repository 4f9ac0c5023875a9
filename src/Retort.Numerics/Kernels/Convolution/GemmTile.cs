using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// The inner loop of every convolution: a tile of up to 12 rows (pixels) by two vectors (output channels), kept in registers
/// while it runs over the taps of a filter: C[i][j] (+)= sum over taps t and k of A[i * stride + offset(t) + k] * B[t][k][j].
/// </summary>
/// <remarks>
/// A is read in place by broadcast, so a convolution needs no rearranged input (no im2col); B is packed in panels of
/// <see cref="PanelWidth{T}"/> columns. Rows are named locals because only those stay in registers; rows above the tile's height
/// vanish at compile time.
/// </remarks>
internal static unsafe class GemmTile
{
    /// <summary>Output channels of a tile: two vectors.</summary>
    public static int PanelWidth<T>()
        where T : unmanaged, ISimd<T> => 2 * T.Count;

    /// <summary>Most rows of a tile: as many as the registers of the machine hold accumulators for.</summary>
    public static int MaxRows<T>()
        where T : unmanaged, ISimd<T> => T.Registers >= 32 ? 12 : 6;

    /// <summary>How many tiles of nearly equal height cover a number of rows.</summary>
    public static int Height<T>(int rows)
        where T : unmanaged, ISimd<T>
    {
        int tiles = (rows + MaxRows<T>() - 1) / MaxRows<T>();
        return (rows + tiles - 1) / tiles;
    }

    /// <summary>Computes one tile.</summary>
    /// <param name="rows">Its height, at most <see cref="MaxRows{T}"/>.</param>
    /// <param name="a">The first row's first element.</param>
    /// <param name="rowStride">Bytes from one row of A to the next.</param>
    /// <param name="offsets">Byte offset of each tap from <paramref name="a"/>.</param>
    /// <param name="taps">How many taps.</param>
    /// <param name="run">Floats that lie together at each tap.</param>
    /// <param name="b">The panel: <c>[taps][run][PanelWidth]</c>.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="ldc">Floats from one row of C to the next.</param>
    /// <param name="accumulate">Add to C instead of overwriting it.</param>
    /// <param name="fetch">What to fetch meanwhile.</param>
    [MethodImpl(IKernel.Compilation)]
    public static void Run<T>(int rows, byte* a, nint rowStride, nint* offsets, int taps, nint run, float* b, float* c, nint ldc, bool accumulate, PanelFetch fetch)
        where T : unmanaged, ISimd<T>
    {
        switch (rows)
        {
            case 1:
                Tile<T, Rows1>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 2:
                Tile<T, Rows2>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 3:
                Tile<T, Rows3>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 4:
                Tile<T, Rows4>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 5:
                Tile<T, Rows5>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 6:
                Tile<T, Rows6>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 7:
                Tile<T, Rows7>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 8:
                Tile<T, Rows8>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 9:
                Tile<T, Rows9>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 10:
                Tile<T, Rows10>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 11:
                Tile<T, Rows11>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            case 12:
                Tile<T, Rows12>(a, rowStride, offsets, taps, run, b, c, ldc, accumulate, fetch);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    [MethodImpl(IKernel.Compilation)]
    private static void Tile<T, TRows>(byte* a, nint rowStride, nint* offsets, int taps, nint run, float* b, float* c, nint ldc, bool accumulate, PanelFetch fetch)
        where T : unmanaged, ISimd<T>
        where TRows : struct, IRows
    {
        T c0x0 = T.Zero, c0x1 = T.Zero, c1x0 = T.Zero, c1x1 = T.Zero, c2x0 = T.Zero, c2x1 = T.Zero, c3x0 = T.Zero, c3x1 = T.Zero, c4x0 = T.Zero, c4x1 = T.Zero, c5x0 = T.Zero, c5x1 = T.Zero, c6x0 = T.Zero, c6x1 = T.Zero, c7x0 = T.Zero, c7x1 = T.Zero, c8x0 = T.Zero, c8x1 = T.Zero, c9x0 = T.Zero, c9x1 = T.Zero, c10x0 = T.Zero, c10x1 = T.Zero, c11x0 = T.Zero, c11x1 = T.Zero;
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

            if (TRows.Count > 8)
            {
                c8x0 = T.Load(c + (8 * ldc));
                c8x1 = T.Load(c + (8 * ldc) + T.Count);
            }

            if (TRows.Count > 9)
            {
                c9x0 = T.Load(c + (9 * ldc));
                c9x1 = T.Load(c + (9 * ldc) + T.Count);
            }

            if (TRows.Count > 10)
            {
                c10x0 = T.Load(c + (10 * ldc));
                c10x1 = T.Load(c + (10 * ldc) + T.Count);
            }

            if (TRows.Count > 11)
            {
                c11x0 = T.Load(c + (11 * ldc));
                c11x1 = T.Load(c + (11 * ldc) + T.Count);
            }
        }

        float* ahead = fetch.Start;
        nint fetchStep = fetch.Step;
        nint stride2 = 2 * rowStride;
        nint stride3 = 3 * rowStride;
        for (int t = 0; t < taps; t++)
        {
            byte* a0 = a + offsets[t];
            byte* a4 = a0 + (4 * rowStride);
            byte* a8 = a4 + (4 * rowStride);
            for (nint k = run; k > 0; k--)
            {
                Simd.Prefetch(ahead);
                if (2 * T.Count > Simd.LineFloats)
                {
                    Simd.Prefetch(ahead + Simd.LineFloats);
                }

                ahead += fetchStep;

                T b0 = T.Load(b);
                T b1 = T.Load(b + T.Count);
                T v = T.Create(*(float*)a0);
                c0x0 = T.MultiplyAdd(v, b0, c0x0);
                c0x1 = T.MultiplyAdd(v, b1, c0x1);
                if (TRows.Count > 1)
                {
                    v = T.Create(*(float*)(a0 + rowStride));
                    c1x0 = T.MultiplyAdd(v, b0, c1x0);
                    c1x1 = T.MultiplyAdd(v, b1, c1x1);
                }

                if (TRows.Count > 2)
                {
                    v = T.Create(*(float*)(a0 + stride2));
                    c2x0 = T.MultiplyAdd(v, b0, c2x0);
                    c2x1 = T.MultiplyAdd(v, b1, c2x1);
                }

                if (TRows.Count > 3)
                {
                    v = T.Create(*(float*)(a0 + stride3));
                    c3x0 = T.MultiplyAdd(v, b0, c3x0);
                    c3x1 = T.MultiplyAdd(v, b1, c3x1);
                }

                if (TRows.Count > 4)
                {
                    v = T.Create(*(float*)(a4));
                    c4x0 = T.MultiplyAdd(v, b0, c4x0);
                    c4x1 = T.MultiplyAdd(v, b1, c4x1);
                }

                if (TRows.Count > 5)
                {
                    v = T.Create(*(float*)(a4 + rowStride));
                    c5x0 = T.MultiplyAdd(v, b0, c5x0);
                    c5x1 = T.MultiplyAdd(v, b1, c5x1);
                }

                if (TRows.Count > 6)
                {
                    v = T.Create(*(float*)(a4 + stride2));
                    c6x0 = T.MultiplyAdd(v, b0, c6x0);
                    c6x1 = T.MultiplyAdd(v, b1, c6x1);
                }

                if (TRows.Count > 7)
                {
                    v = T.Create(*(float*)(a4 + stride3));
                    c7x0 = T.MultiplyAdd(v, b0, c7x0);
                    c7x1 = T.MultiplyAdd(v, b1, c7x1);
                }

                if (TRows.Count > 8)
                {
                    v = T.Create(*(float*)(a8));
                    c8x0 = T.MultiplyAdd(v, b0, c8x0);
                    c8x1 = T.MultiplyAdd(v, b1, c8x1);
                }

                if (TRows.Count > 9)
                {
                    v = T.Create(*(float*)(a8 + rowStride));
                    c9x0 = T.MultiplyAdd(v, b0, c9x0);
                    c9x1 = T.MultiplyAdd(v, b1, c9x1);
                }

                if (TRows.Count > 10)
                {
                    v = T.Create(*(float*)(a8 + stride2));
                    c10x0 = T.MultiplyAdd(v, b0, c10x0);
                    c10x1 = T.MultiplyAdd(v, b1, c10x1);
                }

                if (TRows.Count > 11)
                {
                    v = T.Create(*(float*)(a8 + stride3));
                    c11x0 = T.MultiplyAdd(v, b0, c11x0);
                    c11x1 = T.MultiplyAdd(v, b1, c11x1);
                }

                b += 2 * T.Count;
                a0 += sizeof(float);
                a4 += sizeof(float);
                a8 += sizeof(float);
            }
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

        if (TRows.Count > 8)
        {
            c8x0.Store(c + (8 * ldc));
            c8x1.Store(c + (8 * ldc) + T.Count);
        }

        if (TRows.Count > 9)
        {
            c9x0.Store(c + (9 * ldc));
            c9x1.Store(c + (9 * ldc) + T.Count);
        }

        if (TRows.Count > 10)
        {
            c10x0.Store(c + (10 * ldc));
            c10x1.Store(c + (10 * ldc) + T.Count);
        }

        if (TRows.Count > 11)
        {
            c11x0.Store(c + (11 * ldc));
            c11x1.Store(c + (11 * ldc) + T.Count);
        }
    }
}
