using Retort.Numerics.Kernels.Convolution;

namespace Retort.Bench;

/// <summary>How many operations a Winograd convolution has to do: the multiply-adds of its products, and the additions, multiplications and multiply-adds of its transforms.</summary>
internal static class WinogradOperations
{
    /// <summary>Of the forward pass, the data gradient and the weight gradient. Tiles that stick out over the border count in full; packing filters does not count.</summary>
    public static long[] Count(ConvolutionShape s, WinogradTile tile)
    {
        // Of one channel of one tile, and of one weight of the filter's gradient: the columns' one-dimensional transforms and then the rows', as the kernels have them.
        (int outputs, int input, int output, int adjoint, int filter) = tile switch
        {
            WinogradTile.F2 => (2, (4 + 4) * 4, (4 + 2) * 4, (2 + 4) * 2, (4 + 3) * 6),
            WinogradTile.F3 => (3, (5 + 5) * 9, (5 + 3) * 8, (3 + 5) * 5, (5 + 3) * 11),
            WinogradTile.F4 => (4, (6 + 6) * 12, (6 + 4) * 12, (4 + 6) * 8, (6 + 3) * 11),
            _ => throw new ArgumentOutOfRangeException(nameof(tile), tile, "Plans do not use it."),
        };
        int inputs = outputs + 2;
        long tiles = Tiles(s, outputs);
        long weights = (long)s.InChannels * s.OutChannels;
        long products = tiles * inputs * inputs * weights;
        return
        [
            products + (tiles * ((input * s.InChannels) + (output * s.OutChannels))),
            products + (tiles * ((input * s.OutChannels) + (output * s.InChannels))),
            products + (tiles * ((input * s.InChannels) + (adjoint * s.OutChannels))) + (filter * weights),
        ];
    }

    private static long Tiles(ConvolutionShape s, int outputs)
    {
        long tiles = 0;
        for (int phase = 0; phase < s.Dilation * s.Dilation; phase++)
        {
            tiles += Along(s.H, phase / s.Dilation) * Along(s.W, phase % s.Dilation);
        }

        return s.N * tiles;

        long Along(int size, int first)
        {
            int pixels = (size - first + s.Dilation - 1) / s.Dilation;
            return (pixels + outputs - 1) / outputs;
        }
    }
}
