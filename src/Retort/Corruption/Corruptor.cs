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
public sealed class Corruptor(ITextureSource textures, Rotation rotation, Normalization normalization)
{
    private const double MostTransparent = 0.8;

    /// <summary>The side of pictures in pixels.</summary>
    public int Size => textures.Size;

    /// <summary>Makes one sample.</summary>
    /// <param name="picture">A good picture at working size; it is not changed.</param>
    /// <param name="random">Gives, in this order, rotation, texture, mask and transparency: the same state, the same sample.</param>
    /// <param name="clean">Takes the turned picture, normalised, <c>[Size, Size, 3]</c>.</param>
    /// <param name="corrupted">Takes the picture with its anomalies, normalised, <c>[Size, Size, 3]</c>; outside of the mask equal to <paramref name="clean"/>.</param>
    /// <param name="mask">Takes 1 where the picture is anomalous, else 0, <c>[Size, Size]</c>.</param>
    /// <exception cref="ArgumentException">The picture does not have the working size, or a span not the size of the picture.</exception>
    public void Corrupt(RgbImage picture, ref CounterRandom random, Span<float> clean, Span<float> corrupted, Span<float> mask)
    {
        ArgumentNullException.ThrowIfNull(picture);
        int pixels = Size * Size;
        if (picture.Width != Size || picture.Height != Size)
        {
            throw new ArgumentException($"The picture is {picture.Width} x {picture.Height}, not {Size} x {Size}.", nameof(picture));
        }

        if (clean.Length != pixels * 3 || corrupted.Length != pixels * 3 || mask.Length != pixels)
        {
            throw new ArgumentException($"A sample of side {Size} needs {pixels * 3}, {pixels * 3} and {pixels} elements, not {clean.Length}, {corrupted.Length} and {mask.Length}.", nameof(clean));
        }

        byte[] image = Turn.Draw(rotation, ref random).Apply(picture).Pixels;
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
