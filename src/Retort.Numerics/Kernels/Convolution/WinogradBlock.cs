using System.Runtime.CompilerServices;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>
/// Where the transformed values of a block of tiles lie: a plane a point, in which a tile's channels are rows or panels of
/// <see cref="Lanes"/>.
/// </summary>
internal readonly unsafe struct WinogradBlock
{
    /// <summary>Channels that always lie together: a whole number of vectors of any width.</summary>
    public const int Lanes = 16;

    private readonly nint _tile;
    private readonly nint _group;

    private WinogradBlock(float* data, nint plane, nint tile, nint group)
    {
        Data = data;
        Plane = plane;
        _tile = tile;
        _group = group;
    }

    /// <summary>The first value.</summary>
    public float* Data { get; }

    /// <summary>Floats from one point's plane to the next.</summary>
    public nint Plane { get; }

    /// <summary>Floats from one tile to the next.</summary>
    public nint TileStride => _tile;

    /// <summary>Floats from one group of <see cref="Lanes"/> channels to the next.</summary>
    public nint GroupStride => _group;

    /// <summary>Tile after tile, each a row of all channels: what a product over channels reads and writes.</summary>
    public static WinogradBlock Rows(float* data, int tiles, int channels)
    {
        // A cache line more than needed, so that rows and planes of a power of two do not fall into the same cache sets.
        nint row = channels + Lanes;
        return new WinogradBlock(data, (tiles * row) + Lanes, row, Lanes);
    }

    /// <summary>Panels of <see cref="Lanes"/> channels by all tiles: what a product over tiles reads in a straight line.</summary>
    public static WinogradBlock Panels(float* data, int tiles, int channels)
    {
        nint panel = (nint)tiles * Lanes;
        return new WinogradBlock(data, (panel * (channels / Lanes)) + Lanes, Lanes, panel);
    }

    /// <summary>The address of a channel of a tile in the first plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Address(int tile, int channel) => Data + (tile * _tile) + (channel / Lanes * _group) + (channel % Lanes);
}
