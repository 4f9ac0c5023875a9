using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>Transforms the output's gradient of a block of tiles.</summary>
internal unsafe struct WinogradOutputAdjointPhase<TTransform> : IKernel
    where TTransform : struct, IWinogradTransform
{
    public WinogradGrid Grid;
    public WinogradItems Items;
    public WinogradBlock M;
    public float* DY;
    public int Channels;
    public int FirstTile;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        Items.Get(item, out int tile, out int endTile, out int first, out int end);
        for (; tile < endTile; tile++)
        {
            WinogradTileTransforms.OutputAdjoint<T, TTransform>(Grid, FirstTile + tile, DY, Channels, first, end, M, tile);
        }
    }
}

/// <summary>
/// Some input channels of the filter's gradient over a block of tiles: their transformed inputs, the sums dU (+)= V^T dM, and after the last block dW = G^T dU G.
/// </summary>
internal unsafe struct WinogradFilterGradientPhase<TTransform> : IKernel
    where TTransform : struct, IWinogradTransform
{
    private const int Taps = 9;

    public WinogradGrid Grid;
    public WinogradGradientCut Cut;
    public int InChannels;
    public int OutChannels;
    public int Block;
    public float* X;
    public WinogradBlock M;
    public float* V;
    public nint ValuesPerWorker;
    public float* Sums;
    public float* DW;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        Cut.Get(item, out int firstIn, out int endIn, out int firstOut, out int endOut);
        int rows = endIn - firstIn;
        WinogradBlock v = WinogradBlock.Panels(V + (worker * ValuesPerWorker), Cut.TilesPerRun, rows);
        float* sums = Sums + Cut.Sums(item, worker);
        int tiles = Cut.TilesOf(Block);
        for (int first = 0; first < tiles; first += Cut.TilesPerRun)
        {
            int run = Math.Min(Cut.TilesPerRun, tiles - first);
            for (int tile = 0; tile < run; tile++)
            {
                WinogradTileTransforms.Input<T, TTransform>(Grid, (Block * Cut.TilesPerBlock) + first + tile, X + firstIn, InChannels, 0, rows, v, tile, far: false);
            }

            float* piece = sums;
            for (int column = firstOut; column < endOut; column += WinogradGradientCut.Columns)
            {
                int columns = Math.Min(WinogradGradientCut.Columns, endOut - column);
                for (int point = 0; point < TTransform.Inputs * TTransform.Inputs; point++)
                {
                    float* b = M.Address(first, column) + (point * M.Plane);
                    Multiply<T>(v.Data + (point * v.Plane), v.GroupStride, rows, b, columns, run, piece + (point * WinogradGradientCut.PointStride), Block > 0 || first > 0);
                }

                piece += Cut.PieceLength;
            }
        }

        if (Block == Cut.Blocks - 1)
        {
            for (int column = firstOut; column < endOut; column += WinogradGradientCut.Columns)
            {
                TurnBack<T>(sums, rows, Math.Min(WinogradGradientCut.Columns, endOut - column), DW + ((nint)firstIn * OutChannels) + column);
                sums += Cut.PieceLength;
            }
        }
    }

    // One point of a piece, over one run of tiles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Multiply<T>(float* a, nint panelA, int inChannels, float* b, int outChannels, int tiles, float* sums, bool accumulate)
        where T : unmanaged, ISimd<T>
    {
        // The second vector of a tile of columns lies in the next panel when one vector fills a panel.
        nint second = T.Count < WinogradBlock.Lanes ? T.Count : M.GroupStride;
        int parts = (WinogradBlock.Lanes + OuterProductTile.MaxRows<T>() - 1) / OuterProductTile.MaxRows<T>();
        for (int column = 0; column < outChannels; column += 2 * T.Count)
        {
            float* columns = b + (column / WinogradBlock.Lanes * M.GroupStride) + (column % WinogradBlock.Lanes);
            for (int panel = 0; panel < inChannels; panel += WinogradBlock.Lanes)
            {
                float* rows = a + (panel / WinogradBlock.Lanes * panelA);
                int row = 0;
                for (int part = parts; part > 0; part--)
                {
                    int count = (WinogradBlock.Lanes - row + part - 1) / part;
                    float* c = sums + ((panel + row) * WinogradGradientCut.Columns) + column;
                    bool more = part > 1 || panel + WinogradBlock.Lanes < inChannels;
                    FetchSums<T>(more ? c + (count * WinogradGradientCut.Columns) : column + (2 * T.Count) < outChannels ? sums + column + (2 * T.Count) : sums + WinogradGradientCut.PointStride);
                    OuterProductTile.Run<T>(count, rows + row, WinogradBlock.Lanes, columns, WinogradBlock.Lanes, second, tiles, c, WinogradGradientCut.Columns, accumulate);
                    row += count;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void TurnBack<T>(float* sums, int inChannels, int outChannels, float* dw)
        where T : unmanaged, ISimd<T>
    {
        nint tap = (nint)InChannels * OutChannels;
        for (; inChannels > 0; inChannels--)
        {
            FetchTaps(dw + OutChannels, tap, outChannels);
            WinogradFilterTransforms.Adjoint<T, TTransform>(sums, WinogradGradientCut.PointStride, dw, tap, outChannels);
            sums += WinogradGradientCut.Columns;
            dw += OutChannels;
        }
    }

    // What the next tile of sums starts from, or overwrites, may be far away by now. Beyond the last it does no harm.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchSums<T>(float* sums)
        where T : unmanaged, ISimd<T>
    {
        for (int row = OuterProductTile.MaxRows<T>(); row > 0; row--)
        {
            Simd.Prefetch(sums);
            if (2 * T.Count > Simd.LineFloats)
            {
                Simd.Prefetch(sums + Simd.LineFloats);
            }

            sums += WinogradGradientCut.Columns;
        }
    }

    // What is written next: short pieces of many rows, which the machine does not foresee. Beyond the last it does no harm.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchTaps(float* dw, nint tap, int channels)
    {
        for (int i = 0; i < Taps; i++)
        {
            for (int c = 0; c < channels; c += Simd.LineFloats)
            {
                Simd.Prefetch(dw + c);
            }

            dw += tap;
        }
    }
}
