using System.Buffers;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>
/// Makes training samples as our reconstruction of bidirectional distillation wants them: half of the pictures stay as they are; the others get an anomaly
/// on the part only, without specks, whose surface is a texture, the picture itself with the cells of a grid exchanged, or a piece of it cut and pasted.
/// <c>I_a = (1 - o w) I + o w A</c> with an opacity o and weights w that are 0 or 1 or have soft edges. Safe for use by several threads.
/// </summary>
/// <param name="textures">Where foreign surfaces come from; its size is the working size.</param>
/// <param name="rotation">How pictures are turned.</param>
/// <param name="normalization">What the network takes.</param>
/// <param name="options">All numbers.</param>
/// <remarks>A sample that is to be corrupted may end with an empty mask, for instance where noise and part do not meet: it is a normal one.</remarks>
public sealed class AnomalySimulation(ITextureSource textures, Rotation rotation, Normalization normalization, SimulationOptions options)
{
    private enum Surface
    {
        Texture,
        Shuffle,
        Patch,
        Scar,
    }

    /// <summary>The side of pictures in pixels.</summary>
    public int Size => textures.Size;

    /// <summary>Makes one sample.</summary>
    /// <param name="picture">A good picture at working size; it is not changed.</param>
    /// <param name="random">
    /// Gives, in this order, rotation, whether the sample stays clean, the kind of surface, surface and outline, softness and opacity: the same state, the
    /// same sample.
    /// </param>
    /// <param name="clean">Takes the turned picture, normalised, <c>[Size, Size, 3]</c>.</param>
    /// <param name="corrupted">Takes the picture with its anomalies, normalised, <c>[Size, Size, 3]</c>.</param>
    /// <param name="mask">Takes 1 where the weight of the anomaly is at least a half, else 0, <c>[Size, Size]</c>. A soft edge goes on a little outside of it.</param>
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

        var turn = Turn.Draw(rotation, ref random);
        byte[] image = turn.Apply(picture).Pixels;
        normalization.Apply(image, clean);
        clean.CopyTo(corrupted);
        mask.Clear();
        if (random.NextDouble() < options.CleanShare)
        {
            return;
        }

        byte[] surface = ArrayPool<byte>.Shared.Rent(pixels * 3);
        bool[] shape = ArrayPool<bool>.Shared.Rent(pixels);
        bool[] foreground = ArrayPool<bool>.Shared.Rent(pixels);
        FindForeground(picture, turn, foreground.AsSpan(0, pixels));
        if (Draw(ref random, image, foreground.AsSpan(0, pixels), shape.AsSpan(0, pixels), surface.AsSpan(0, pixels * 3)))
        {
            Weigh(ref random, shape.AsSpan(0, pixels), mask);
            Blend(image, surface, (float)random.NextUniform(options.LeastOpacity, 1), mask, corrupted);
        }

        ArrayPool<bool>.Shared.Return(foreground);
        ArrayPool<bool>.Shared.Return(shape);
        ArrayPool<byte>.Shared.Return(surface);
    }

    // Found before the picture is turned, for the corners that turning leaves are no border.
    private void FindForeground(RgbImage picture, Turn turn, Span<bool> foreground)
    {
        if (options.Foreground && ForegroundMask.Find(picture, options, foreground))
        {
            turn.Apply(foreground, Size);
            if (foreground.Contains(true))
            {
                return;
            }
        }

        foreground.Fill(true);
    }

    private bool Draw(ref CounterRandom random, ReadOnlySpan<byte> image, ReadOnlySpan<bool> foreground, Span<bool> shape, Span<byte> surface)
    {
        Surface kind = DrawKind(ref random);
        switch (kind)
        {
            case Surface.Texture:
                textures.Draw(ref random, surface);
                DrawPerlin(ref random, shape);
                break;
            case Surface.Shuffle:
                GridShuffle.Draw(ref random, image, Size, options.GridCells, surface);
                ColorJitter.Draw(ref random, options.Jitter).Apply(surface);
                DrawPerlin(ref random, shape);
                break;
            default:
                CutPaste piece = kind == Surface.Patch ? CutPaste.DrawPatch(ref random, Size, options) : CutPaste.DrawScar(ref random, Size, options);
                piece.Draw(ref random, image, Size, foreground, shape, surface);
                ColorJitter.Draw(ref random, options.Jitter).Apply(surface);
                break;
        }

        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] &= foreground[i];
        }

        if (options.Denoise)
        {
            // After the cut at the part's edge, which leaves slivers of its own. Scars are thin by intent.
            if (kind is Surface.Texture or Surface.Shuffle)
            {
                BinaryOpening.Apply(shape, Size, Size);
            }

            SmallRegions.Remove(shape, Size, Size, options.SmallestRegion);
        }

        return shape.Contains(true);
    }

    private Surface DrawKind(ref CounterRandom random)
    {
        double kind = random.NextDouble();
        if (kind < options.TextureShare)
        {
            return Surface.Texture;
        }

        return kind < options.TextureShare + options.ShuffleShare ? Surface.Shuffle
            : random.NextInt(2) == 0 ? Surface.Patch
            : Surface.Scar;
    }

    private void DrawPerlin(ref CounterRandom random, Span<bool> shape)
    {
        float[] noise = ArrayPool<float>.Shared.Rent(shape.Length);
        PerlinMask.Draw(ref random, Size, noise.AsSpan(0, shape.Length));
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = noise[i] != 0;
        }

        ArrayPool<float>.Shared.Return(noise);
    }

    private void Weigh(ref CounterRandom random, ReadOnlySpan<bool> shape, Span<float> weights)
    {
        for (int i = 0; i < shape.Length; i++)
        {
            weights[i] = shape[i] ? 1 : 0;
        }

        if (random.NextDouble() < options.FeatherShare)
        {
            Feather.Apply(weights, Size, random.NextUniform(options.LeastFeather, options.MostFeather));
        }
    }

    // Where there was a weight there is a mask afterwards.
    private void Blend(ReadOnlySpan<byte> image, ReadOnlySpan<byte> surface, float opacity, Span<float> weights, Span<float> corrupted)
    {
        for (int p = 0; p < weights.Length; p++)
        {
            if (weights[p] == 0)
            {
                continue;
            }

            float share = opacity * weights[p];
            for (int channel = 0; channel < 3; channel++)
            {
                int i = (3 * p) + channel;
                corrupted[i] = normalization.Apply(((1 - share) * (image[i] / 255f)) + (share * (surface[i] / 255f)), channel);
            }

            weights[p] = weights[p] >= 0.5f ? 1 : 0;
        }
    }
}
