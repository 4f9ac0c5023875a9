using System.Runtime.CompilerServices;
using Retort.Numerics.Vectors;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// How a transformed filter lies in memory, <c>[point][depth block][panel][depth][panel width]</c>, and the product with it:
/// M = V U at every point.
/// </summary>
internal readonly unsafe struct WinogradFilter
{
    /// <summary>Output channels are packed in multiples of this: a whole number of panels of any vector width.</summary>
    public const int ColumnStep = 32;

    // Input channels of a panel at most: with more, the panel (two vectors a channel) would leave the nearest caches.
    private const int MostDepth = 512;

    private readonly int _depth;

    /// <summary>Lays out a filter.</summary>
    /// <param name="inChannels">Input channels, a multiple of <see cref="WinogradBlock.Lanes"/>.</param>
    /// <param name="outChannels">Output channels; columns up to the next multiple of <see cref="ColumnStep"/> are padding.</param>
    public WinogradFilter(int inChannels, int outChannels)
    {
        InChannels = inChannels;
        OutChannels = outChannels;
        Columns = (outChannels + ColumnStep - 1) / ColumnStep * ColumnStep;
        int blocks = (inChannels + MostDepth - 1) / MostDepth;
        int depth = (inChannels + blocks - 1) / blocks;
        _depth = (depth + WinogradBlock.Lanes - 1) / WinogradBlock.Lanes * WinogradBlock.Lanes;

        // A cache line more than needed: planes of a power of two would fall into the same cache sets when one is packed.
        Plane = ((nint)inChannels * Columns) + WinogradBlock.Lanes;
    }

    /// <summary>Channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>Channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>Channels of the output with padding.</summary>
    public int Columns { get; }

    /// <summary>Floats from one point's plane to the next.</summary>
    public nint Plane { get; }

    /// <summary>Where a weight lies in its plane.</summary>
    /// <param name="k">Input channel.</param>
    /// <param name="column">Output channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Offset<T>(int k, int column)
        where T : unmanaged, ISimd<T>
    {
        int width = GemmTile.PanelWidth<T>();
        int block = k / _depth * _depth;
        nint rows = Math.Min(_depth, InChannels - block);
        return ((nint)block * Columns) + (column / width * rows * width) + ((k - block) * width) + (column % width);
    }

    /// <summary>One point's product, M = V U, for some output channels.</summary>
    /// <param name="point">Which point.</param>
    /// <param name="first">First output channel, a multiple of <see cref="ColumnStep"/>.</param>
    /// <param name="end">Output channel after the last, likewise.</param>
    /// <param name="tiles">Rows of V and M.</param>
    /// <param name="packed">The transformed filter.</param>
    /// <param name="v">Transformed input, in rows.</param>
    /// <param name="m">The product, in rows.</param>
    [MethodImpl(IKernel.Compilation)]
    public void Multiply<T>(int point, int first, int end, int tiles, float* packed, in WinogradBlock v, in WinogradBlock m)
        where T : unmanaged, ISimd<T>
    {
        nint noOffset = 0;
        int width = GemmTile.PanelWidth<T>();
        int passes = (tiles + GemmTile.MaxRows<T>() - 1) / GemmTile.MaxRows<T>();

        // The first panel fetches itself in its first pass. All other passes fetch the next panel, each a part of it.
        int part = -1;
        for (int k = 0; k < InChannels; k += _depth)
        {
            int depth = Math.Min(_depth, InChannels - k);
            for (int column = first; column < end; column += width)
            {
                float* panel = packed + (point * Plane) + Offset<T>(k, column);
                float* next = column + width < end ? panel + ((nint)depth * width) : k + depth < InChannels ? packed + (point * Plane) + Offset<T>(k + depth, first) : panel;
                float* a = v.Data + (point * v.Plane) + k;
                float* c = m.Data + (point * m.Plane) + column;
                int parts = passes + part;
                for (int tile = 0; tile < tiles; part++)
                {
                    int rows = GemmTile.Height<T>(tiles - tile);
                    PanelFetch fetch = part < 0 || passes == 1 ? PanelFetch.Ahead<T>(panel) : PanelFetch.Part<T>(next, depth, part, parts);
                    GemmTile.Run<T>(
                        rows, (byte*)(a + (tile * v.TileStride)), v.TileStride * sizeof(float), &noOffset, 1, depth, panel, c + (tile * m.TileStride), m.TileStride, k > 0, fetch);
                    tile += rows;
                }

                part = 0;
            }
        }
    }
}
