namespace Retort.Numerics.Kernels.Convolution;

/// <summary>How many outputs along each axis one Winograd tile makes: larger tiles multiply less and round more.</summary>
/// <remarks>Multiplications against a direct 3 x 3 convolution, on whole tiles: 2.25, 3.24 and 4 times fewer.</remarks>
public enum WinogradTile
{
    /// <summary>F(2 x 2, 3 x 3): packed weights 16/9 of the filter, rounding below that of a direct convolution.</summary>
    F2,

    /// <summary>F(3 x 3, 3 x 3): packed weights 25/9 of the filter.</summary>
    F3,

    /// <summary>F(4 x 4, 3 x 3): packed weights 36/9 of the filter.</summary>
    F4,
}
