using System.Runtime.CompilerServices;

namespace Retort.Numerics.Kernels.Convolution;

/// <summary>The output pixel a tile starts at.</summary>
internal readonly record struct WinogradOrigin(int Picture, int Row, int Column);

/// <summary>
/// Where the tiles of a convolution lie: what a kernel needs to find the pixels of one. Pixels of a tile are a dilation apart,
/// so each tile stays within one phase of the picture and a dilated convolution is an ordinary one, tile for tile.
/// </summary>
internal readonly unsafe struct WinogradGrid
{
    private readonly WinogradOrigin* _origins;
    private readonly float* _zeros;
    private readonly int _h;
    private readonly int _w;
    private readonly int _dilation;

    /// <summary>Puts a grid over lists that somebody else keeps alive.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="origins">Its tiles, from <see cref="Cover"/>.</param>
    /// <param name="zeros">As many zeros as a pixel has channels.</param>
    public WinogradGrid(ConvolutionShape shape, WinogradOrigin* origins, float* zeros)
    {
        _origins = origins;
        _zeros = zeros;
        _h = shape.H;
        _w = shape.W;
        _dilation = shape.Dilation;
    }

    /// <summary>The tiles that cover the output, in an array that never moves: picture by picture, phase by phase, row by row.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="outputs">Outputs of a tile along one axis.</param>
    public static WinogradOrigin[] Cover(ConvolutionShape shape, int outputs)
    {
        var tiles = new List<WinogradOrigin>();
        int step = shape.Dilation * outputs;
        for (int picture = 0; picture < shape.N; picture++)
        {
            for (int phase = 0; phase < shape.Dilation * shape.Dilation; phase++)
            {
                for (int row = phase / shape.Dilation; row < shape.H; row += step)
                {
                    for (int column = phase % shape.Dilation; column < shape.W; column += step)
                    {
                        tiles.Add(new WinogradOrigin(picture, row, column));
                    }
                }
            }
        }

        WinogradOrigin[] pinned = GC.AllocateUninitializedArray<WinogradOrigin>(tiles.Count, pinned: true);
        tiles.CopyTo(pinned);
        return pinned;
    }

    /// <summary>Lists a square of a tile's pixels by their numbers in <c>[N, H, W]</c>; -1 is outside the picture.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="start">The square's first row and column, in steps from the tile's origin.</param>
    /// <param name="extent">Its rows and columns.</param>
    /// <param name="numbers">Filled with <c>extent * extent</c> numbers.</param>
    [MethodImpl(IKernel.Compilation)]
    public void Locate(int tile, int start, int extent, long* numbers)
    {
        WinogradOrigin origin = _origins[tile];
        int top = origin.Row + (start * _dilation);
        int left = origin.Column + (start * _dilation);
        for (int i = 0; i < extent; i++)
        {
            int row = top + (i * _dilation);
            bool inside = (uint)row < (uint)_h;
            long first = (((long)origin.Picture * _h) + row) * _w;
            for (int j = 0; j < extent; j++)
            {
                int column = left + (j * _dilation);
                *numbers++ = inside && (uint)column < (uint)_w ? first + column : -1;
            }
        }
    }

    /// <summary>Lists a square of a tile's pixels by their addresses; those outside the picture are all zeros.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="start">The square's first row and column, in steps from the tile's origin.</param>
    /// <param name="extent">Its rows and columns, at most 8.</param>
    /// <param name="tensor">The pixels, <c>[N, H, W, channels]</c>.</param>
    /// <param name="channels">Floats of a pixel.</param>
    /// <param name="pixels">Filled with <c>extent * extent</c> addresses.</param>
    [SkipLocalsInit]
    [MethodImpl(IKernel.Compilation)]
    public void Gather(int tile, int start, int extent, float* tensor, int channels, float** pixels)
    {
        long* numbers = stackalloc long[64];
        Locate(tile, start, extent, numbers);
        for (int i = 0; i < extent * extent; i++)
        {
            long number = numbers[i];
            pixels[i] = number < 0 ? _zeros : tensor + (number * channels);
        }
    }
}
