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

/// <summary>The gradient of the transformed filter over a block of tiles, point by point: dU (+)= V^T dM.</summary>
internal unsafe struct WinogradOuterProductPhase : IKernel
{
    private const int RowsPerItem = 64;

    public int InChannels;
    public int OutChannels;
    public WinogradBlock V;
    public WinogradBlock M;
    public float* DU;
    public nint PlaneDU;
    public int Tiles;
    public bool Accumulate;

    public static int ItemsPerPoint(int inChannels) => (inChannels + RowsPerItem - 1) / RowsPerItem;

    [MethodImpl(IKernel.Compilation)]
    public readonly void Execute<T>(int item, int worker)
        where T : unmanaged, ISimd<T>
    {
        int groups = ItemsPerPoint(InChannels);
        int point = item / groups;
        int first = item % groups * RowsPerItem;
        int end = Math.Min(InChannels, first + RowsPerItem);

        // The second vector of a tile of columns lies in the next panel when one vector fills a panel.
        nint second = T.Count < WinogradBlock.Lanes ? T.Count : M.GroupStride;
        int parts = (WinogradBlock.Lanes + OuterProductTile.MaxRows<T>() - 1) / OuterProductTile.MaxRows<T>();
        for (int column = 0; column < OutChannels; column += 2 * T.Count)
        {
            float* b = M.Address(0, column) + (point * M.Plane);
            for (int panel = first; panel < end; panel += WinogradBlock.Lanes)
            {
                float* a = V.Address(0, panel) + (point * V.Plane);
                int row = 0;
                for (int part = parts; part > 0; part--)
                {
                    int rows = (WinogradBlock.Lanes - row + part - 1) / part;
                    float* c = DU + (point * PlaneDU) + ((nint)(panel + row) * OutChannels) + column;
                    Fetch<T>(part > 1 || panel + WinogradBlock.Lanes < end ? c + ((nint)rows * OutChannels) : DU + (point * PlaneDU) + ((nint)first * OutChannels) + column + (2 * T.Count));
                    OuterProductTile.Run<T>(rows, a + row, V.TileStride, b, M.TileStride, second, Tiles, c, OutChannels, Accumulate);
                    row += rows;
                }
            }
        }
    }

    // What the next tile of sums starts from, or overwrites, is far away by now. Beyond the last it does no harm.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Fetch<T>(float* sums)
        where T : unmanaged, ISimd<T>
    {
        for (int row = OuterProductTile.MaxRows<T>(); row > 0; row--)
        {
            Simd.Prefetch(sums);
            if (2 * T.Count > Simd.LineFloats)
            {
                Simd.Prefetch(sums + Simd.LineFloats);
            }

            sums += OutChannels;
        }
    }
}
