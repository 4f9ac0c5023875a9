using Retort.Networks.Plans;
using Retort.Numerics.Kernels.Convolution;

namespace Retort.Networks;

/// <summary>Which algorithm computes a convolution: decided from its shape, once, when a plan is built.</summary>
internal static class ConvolutionAlgorithms
{
    /// <summary>The environment variable that turns Winograd off (<c>direct</c>), to compare and to measure.</summary>
    public const string Variable = "RETORT_CONVOLUTION";

    // Below this side there are too few tiles to pay for streaming the larger transformed filter.
    private const int SmallMap = 8;

    // With little memory to spend: from this side on the work is large and the filter is not.
    private const int LargeMap = 32;

    private static bool DirectOnly => Environment.GetEnvironmentVariable(Variable) == "direct";

    /// <summary>The algorithm for the forward pass and the data gradient.</summary>
    public static IConvolution Choose(in ConvolutionShape shape, MemoryPolicy memory = MemoryPolicy.Fast) =>
        Tile(shape, memory) is WinogradTile tile ? new WinogradConvolution(shape, tile) : new DirectConvolution(shape);

    /// <summary>The algorithm for the weight gradient.</summary>
    public static IWeightGradient ChooseWeightGradient(in ConvolutionShape shape) =>
        Tile(shape) is WinogradTile tile ? new WinogradConvolution(shape, tile) : new WeightGradient(shape);

    /// <summary>
    /// The tile that needs the fewest multiplications, or null for direct convolution. A dilated convolution falls into
    /// interleaved ordinary ones of size / dilation, and a tile that does not divide that size wastes work at the border.
    /// F(6x6) is left out: its rounding error is several times that of F(4x4), and it gains little on these maps.
    /// </summary>
    internal static WinogradTile? Tile(in ConvolutionShape shape, MemoryPolicy memory = MemoryPolicy.Fast)
    {
        bool isLow = memory == MemoryPolicy.Low;
        if (DirectOnly || !WinogradConvolution.Supports(shape) || (isLow && Math.Min(shape.H, shape.W) < LargeMap))
        {
            return null;
        }

        int height = (shape.H + shape.Dilation - 1) / shape.Dilation;
        int width = (shape.W + shape.Dilation - 1) / shape.Dilation;
        if (shape.Dilation == 1 && Math.Max(height, width) <= SmallMap)
        {
            return WinogradTile.F2;
        }

        // Filters take (side + 2)^2 / 9 of the memory of the weights: 1.8, 2.8 and 4 times as much.
        (WinogradTile Tile, int Side)[] tiles = [(WinogradTile.F2, 2), (WinogradTile.F3, 3), (WinogradTile.F4, 4)];
        return tiles
            .Take(isLow ? 2 : 3)
            .MinBy(t => Inputs(height, t.Side) * Inputs(width, t.Side)).Tile;
    }

    // Products along one axis: tiles times (side + 2).
    private static int Inputs(int size, int side) => (size + side - 1) / side * (side + 2);
}
