using Retort.Data;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>Samples for methods that learn from good pictures as they are: turned, and otherwise left alone.</summary>
/// <param name="size">The side of pictures in pixels.</param>
/// <param name="rotation">How pictures are turned.</param>
/// <param name="normalization">What the network takes.</param>
internal sealed class Turner(int size, Rotation rotation, Normalization normalization) : ICorruptor
{
    /// <inheritdoc/>
    public int Size => size;

    /// <inheritdoc/>
    /// <remarks>Draws the rotation. The mask is empty.</remarks>
    public void Corrupt(RgbImage picture, ref CounterRandom random, Span<float> clean, Span<float> corrupted, Span<float> mask)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ICorruptor.Require(size, picture, clean, corrupted, mask);
        normalization.Apply(rotation.Turn(picture, ref random).Pixels, clean);
        clean.CopyTo(corrupted);
        mask.Clear();
    }
}
