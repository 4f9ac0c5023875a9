using Retort.Data;

namespace Retort.Corruption;

/// <summary>How a method wants training samples made of good pictures. The training gives it textures and rotation.</summary>
internal abstract record CorruptionRecipe
{
    /// <summary>Pictures as they are, for methods that learn from good ones alone.</summary>
    public static CorruptionRecipe None { get; } = new Turning();

    /// <summary>Textures in Perlin masks, as DeSTSeg does it: see <see cref="Corruptor"/>.</summary>
    public static CorruptionRecipe PerlinTexture { get; } = new PerlinTextures();

    /// <summary>Whether it draws from textures.</summary>
    public abstract bool NeedsTextures { get; }

    /// <summary>Makes what makes the samples.</summary>
    /// <param name="size">The side of pictures in pixels.</param>
    /// <param name="rotation">How pictures are turned.</param>
    /// <param name="normalization">What the network takes.</param>
    /// <param name="textures">Opens the textures at that size; not called unless <see cref="NeedsTextures"/>.</param>
    public abstract ICorruptor Create(int size, Rotation rotation, Normalization normalization, Func<ITextureSource> textures);

    private sealed record Turning : CorruptionRecipe
    {
        public override bool NeedsTextures => false;

        public override ICorruptor Create(int size, Rotation rotation, Normalization normalization, Func<ITextureSource> textures) =>
            new Turner(size, rotation, normalization);
    }

    private sealed record PerlinTextures : CorruptionRecipe
    {
        public override bool NeedsTextures => true;

        public override ICorruptor Create(int size, Rotation rotation, Normalization normalization, Func<ITextureSource> textures)
        {
            ArgumentNullException.ThrowIfNull(textures);
            return new Corruptor(textures(), rotation, normalization);
        }
    }
}
