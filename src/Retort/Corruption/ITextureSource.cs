namespace Retort.Corruption;

/// <summary>Where the surfaces of synthetic anomalies come from. Safe for use by several threads.</summary>
internal interface ITextureSource
{
    /// <summary>The side of its square textures in pixels.</summary>
    int Size { get; }

    /// <summary>Draws a texture. The same state of <paramref name="random"/> gives the same texture.</summary>
    /// <param name="random">Chooses the texture.</param>
    /// <param name="rgb">Takes the texture, <c>[Size, Size, 3]</c>.</param>
    /// <exception cref="ArgumentException">The span does not hold <c>Size * Size * 3</c> bytes.</exception>
    void Draw(ref CounterRandom random, Span<byte> rgb);
}
