using System.Buffers;
using Retort.Data;
using Retort.Imaging;

namespace Retort.Corruption;

/// <summary>
/// Makes training samples as our reconstruction of bidirectional distillation wants them: half of the pictures stay as they are; the others get an anomaly
/// on the part only, without specks, whose surface is a texture, the picture itself with the cells of a grid exchanged, or a piece of it cut and pasted.
/// <c>I_a = (1 - o w) I + o w A</c> with an opacity o and weights w that are 0 or 1 or have soft edges. Safe for use by several threads.
/// </summary>
/// <param name="size">The side of pictures in pixels.</param>
/// <param name="textures">Where foreign surfaces come from, of that size; null if none are wanted.</param>
/// <param name="rotation">How pictures are turned.</param>
/// <param name="normalization">What the network takes.</param>
/// <param name="recipe">All numbers.</param>
/// <remarks>A sample that is to be corrupted may end with an empty mask, for instance where noise and part do not meet: it is a normal one.</remarks>
internal sealed class AnomalySimulation(int size, ITextureSource? textures, Rotation rotation, Normalization normalization, SimulationRecipe recipe) : ICorruptor
{
    private enum Surface
    {
        Texture,
        Shuffle,
        Patch,
        Scar,
    }

    /// <inheritdoc/>
    public int Size => size;

    /// <inheritdoc/>
    /// <remarks>
    /// Draws, in this order, rotation, whether the sample stays clean, the kind of surface, surface and outline, opacity and softness. The mask is where the
    /// weight of the anomaly is at least a half; a soft edge goes on a little outside of it.
    /// </remarks>
    public void Corrupt(RgbImage picture, ref CounterRandom random, Span<float> clean, Span<float> corrupted, Span<float> mask)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ICorruptor.Require(Size, picture, clean, corrupted, mask);
        int pixels = Size * Size;
        CounterRandom turn = random;
        byte[] image = rotation.Turn(picture, ref random).Pixels;
        normalization.Apply(image, clean);
        clean.CopyTo(corrupted);
        mask.Clear();
        if (random.NextDouble() < recipe.CleanShare)
        {
            return;
        }

        byte[] surface = ArrayPool<byte>.Shared.Rent(pixels * 3);
        bool[] shape = ArrayPool<bool>.Shared.Rent(pixels);
        bool[] foreground = ArrayPool<bool>.Shared.Rent(pixels);
        FindForeground(picture, ref turn, foreground.AsSpan(0, pixels));
        Surface kind = Draw(ref random, image, foreground.AsSpan(0, pixels), shape.AsSpan(0, pixels), surface.AsSpan(0, pixels * 3));
        double opacity = random.NextUniform(recipe.LeastOpacity, 1);
        Clear(shape.AsSpan(0, pixels), foreground, kind, image, surface, opacity);
        Weigh(ref random, shape.AsSpan(0, pixels), mask);
        Blend(image, surface, (float)opacity, mask, corrupted);

        ArrayPool<bool>.Shared.Return(foreground);
        ArrayPool<bool>.Shared.Return(shape);
        ArrayPool<byte>.Shared.Return(surface);
    }

    // Found before the picture is turned, for the corners that turning leaves are no border.
    private void FindForeground(RgbImage picture, ref CounterRandom turn, Span<bool> foreground)
    {
        if (recipe.Foreground && ForegroundMask.Find(picture, recipe, foreground))
        {
            Turn(foreground, ref turn);
            if (foreground.Contains(true))
            {
                return;
            }
        }

        foreground.Fill(true);
    }

    // As the red of a picture, by the draws that turned the picture itself. The grey of the corners is below a half.
    private void Turn(Span<bool> mask, ref CounterRandom turn)
    {
        if (rotation == Rotation.None)
        {
            return;
        }

        var picture = new RgbImage(Size, Size);
        for (int i = 0; i < mask.Length; i++)
        {
            picture.Pixels[3 * i] = mask[i] ? byte.MaxValue : byte.MinValue;
        }

        RgbImage turned = rotation.Turn(picture, ref turn);
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = turned.Pixels[3 * i] > byte.MaxValue / 2;
        }
    }

    private Surface Draw(ref CounterRandom random, ReadOnlySpan<byte> image, ReadOnlySpan<bool> foreground, Span<bool> shape, Span<byte> surface)
    {
        Surface kind = DrawKind(ref random);
        switch (kind)
        {
            case Surface.Texture:
                textures!.Draw(ref random, surface);
                DrawPerlin(ref random, shape);
                break;
            case Surface.Shuffle:
                GridShuffle.Draw(ref random, image, Size, recipe.GridCells, surface);
                ColorJitter.Draw(ref random, recipe.Jitter).Apply(surface);
                DrawPerlin(ref random, shape);
                break;
            default:
                CutPaste piece = kind == Surface.Patch ? CutPaste.DrawPatch(ref random, Size, recipe) : CutPaste.DrawScar(ref random, Size, recipe);
                piece.Draw(ref random, image, Size, foreground, shape, surface);
                ColorJitter.Draw(ref random, recipe.Jitter).Apply(surface);
                break;
        }

        return kind;
    }

    // What is off the part goes first, for the cut at its edge leaves slivers of its own. Scars are thin by intent.
    private void Clear(Span<bool> shape, ReadOnlySpan<bool> foreground, Surface kind, ReadOnlySpan<byte> image, ReadOnlySpan<byte> surface, double opacity)
    {
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] &= foreground[i];
        }

        if (!recipe.Denoise)
        {
            return;
        }

        if (kind is Surface.Texture or Surface.Shuffle)
        {
            BinaryOpening.Apply(shape, Size, Size);
        }

        new WeakRegions(recipe.SmallestRegion * shape.Length, recipe.LeastChange).Remove(shape, Size, image, surface, opacity);
    }

    private Surface DrawKind(ref CounterRandom random)
    {
        double kind = random.NextDouble();
        if (kind < recipe.TextureShare)
        {
            return Surface.Texture;
        }

        return kind < recipe.TextureShare + recipe.ShuffleShare ? Surface.Shuffle
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

        if (random.NextDouble() < recipe.FeatherShare)
        {
            Feather.Apply(weights, Size, random.NextUniform(recipe.LeastFeather, recipe.MostFeather));
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
