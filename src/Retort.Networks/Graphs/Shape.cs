namespace Retort.Networks;

/// <summary>The extents of a tensor <c>[N, H, W, C]</c>, channels innermost.</summary>
/// <param name="N">Pictures.</param>
/// <param name="H">Rows.</param>
/// <param name="W">Columns.</param>
/// <param name="C">Channels.</param>
public readonly record struct Shape(int N, int H, int W, int C)
{
    /// <summary>How many values.</summary>
    public long Length => (long)N * H * W * C;

    /// <summary>How many pixels of all pictures together.</summary>
    public int Pixels => N * H * W;

    /// <inheritdoc/>
    public override string ToString() => $"[{N}, {H}, {W}, {C}]";
}
