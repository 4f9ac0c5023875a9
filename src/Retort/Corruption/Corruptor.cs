using System.Buffers;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>
/// Makes training samples with synthetic anomalies from good pictures, as DeSTSeg does (CVPR 2023, section 3.1; <c>data/mvtec_dataset.py</c> and
/// <c>data/data_utils.py</c> of its release): turns the picture, draws a Perlin mask, and where the mask is set blends a texture over the picture:
/// <c>I_a = I (1 - M) + (1 - beta) M A + beta M I</c> with <c>beta = 0.8 U[0, 1)</c>. Safe for use by several threads.
/// </summary>
/// <param name="textures">Where the surfaces of the anomalies come from; its size is the working size.</param>
/// <param name="rotation">How pictures are turned.</param>
/// <param name="normalization">What the network takes.</param>
/// <remarks>An empty mask is allowed: one sample in twenty or so is a normal one.</remarks>
internal sealed class Corruptor(ITextureSource textures, Rotation rotation, Normalization normalization) : ICorruptor
{
    private const double MostTransparent = 0.8;

    /// <inheritdoc/>
    public int Size => textures.Size;

    /// <inheritdoc/>
    /// <remarks>Draws, in this order, rotation, texture, mask and transparency.</remarks>
    public void Corrupt(RgbImage picture, ref CounterRandom random, Span<float> clean, Span<float> corrupted, Span<float> mask)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ICorruptor.Require(Size, picture, clean, corrupted, mask);
        int pixels = Size * Size;
        byte[] image = rotation.Turn(picture, ref random).Pixels;
        byte[] rented = ArrayPool<byte>.Shared.Rent(pixels * 3);
        Span<byte> texture = rented.AsSpan(0, pixels * 3);
        textures.Draw(ref random, texture);
        PerlinMask.Draw(ref random, Size, mask);
        float beta = (float)(MostTransparent * random.NextDouble());

        normalization.Apply(image, clean);
        clean.CopyTo(corrupted);
        for (int p = 0; p < pixels; p++)
        {
            if (mask[p] == 0)
            {
                continue;
            }

            for (int channel = 0; channel < 3; channel++)
            {
                int i = (3 * p) + channel;
                float blended = ((1 - beta) * (texture[i] / 255f)) + (beta * (image[i] / 255f));
                corrupted[i] = normalization.Apply(blended, channel);
            }
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}
