namespace Retort.Corruption;

/// <summary>
/// A piece of the picture at another place of it (Li, Sohn, Yoon and Pfister, "CutPaste", CVPR 2021): a rectangle, thick for a patch, thin and slanted for a
/// scar. What is pasted is not turned with its outline.
/// </summary>
/// <param name="Width">Pixels along the rectangle.</param>
/// <param name="Height">Pixels across.</param>
/// <param name="Degrees">How it is turned.</param>
internal readonly record struct CutPaste(double Width, double Height, double Degrees)
{
    // CutPaste gives the sizes of scars in pixels of a picture of this side.
    private const double ScarPictureSide = 256;

    /// <summary>Draws the outline of a patch: area and ratio of sides, not turned.</summary>
    public static CutPaste DrawPatch(ref CounterRandom random, int size, SimulationRecipe recipe)
    {
        double side = size * Math.Sqrt(random.NextUniform(recipe.LeastPatchArea, recipe.MostPatchArea));
        double stretch = Math.Sqrt(Math.Exp(random.NextUniform(-1, 1) * Math.Log(recipe.MostPatchRatio)));
        return new CutPaste(side * stretch, side / stretch, 0);
    }

    /// <summary>Draws the outline of a scar: width, length and angle.</summary>
    public static CutPaste DrawScar(ref CounterRandom random, int size, SimulationRecipe recipe)
    {
        double unit = size / ScarPictureSide;
        double height = unit * random.NextUniform(recipe.LeastScarWidth, recipe.MostScarWidth), width = unit * random.NextUniform(recipe.LeastScarLength, recipe.MostScarLength);
        return new CutPaste(width, height, random.NextUniform(-recipe.MostScarDegrees, recipe.MostScarDegrees));
    }

    /// <summary>Cuts at one place and pastes at another.</summary>
    /// <param name="random">Gives the pixel of the foreground that is the middle of the pasted piece, and where it is cut.</param>
    /// <param name="image">The picture, <c>[size, size, 3]</c>.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="foreground">Where pieces may be pasted, <c>[size, size]</c>; at least one pixel.</param>
    /// <param name="mask">Takes the outline, cut off where it leaves the picture, <c>[size, size]</c>.</param>
    /// <param name="surface">Takes the whole picture as it lies when the piece is in its place, its edges repeated, <c>[size, size, 3]</c>: soft edges want some of it.</param>
    public void Draw(ref CounterRandom random, ReadOnlySpan<byte> image, int size, ReadOnlySpan<bool> foreground, Span<bool> mask, Span<byte> surface)
    {
        int middle = Find(foreground, random.NextInt(foreground.Count(true)));
        (int x, int y) = (middle % size, middle / size);
        (double sine, double cosine) = Math.SinCos(Degrees * Math.PI / 180);
        int reachX = Reach(Width * cosine, Height * sine), reachY = Reach(Width * sine, Height * cosine);
        int fromX = CutAt(ref random, size, reachX), fromY = CutAt(ref random, size, reachY);
        mask.Clear();
        for (int dy = -Math.Min(reachY, y); dy <= Math.Min(reachY, size - 1 - y); dy++)
        {
            for (int dx = -Math.Min(reachX, x); dx <= Math.Min(reachX, size - 1 - x); dx++)
            {
                double along = (cosine * dx) + (sine * dy), across = (cosine * dy) - (sine * dx);
                mask[((y + dy) * size) + x + dx] = Math.Abs(along) <= Width / 2 && Math.Abs(across) <= Height / 2;
            }
        }

        Move(image, size, fromX - x, fromY - y, surface);
    }

    private static void Move(ReadOnlySpan<byte> image, int size, int right, int down, Span<byte> target)
    {
        for (int y = 0, to = 0; y < size; y++)
        {
            int row = Math.Clamp(y + down, 0, size - 1) * size;
            for (int x = 0; x < size; x++, to += 3)
            {
                image.Slice(3 * (row + Math.Clamp(x + right, 0, size - 1)), 3).CopyTo(target[to..]);
            }
        }
    }

    // How far the rectangle reaches from its middle, whole pixels.
    private static int Reach(double a, double b) => (int)((Math.Abs(a) + Math.Abs(b)) / 2);

    // Anywhere that the whole piece is within the picture, if there is room.
    private static int CutAt(ref CounterRandom random, int size, int reach) => reach + random.NextInt(Math.Max(1, size - (2 * reach)));

    private static int Find(ReadOnlySpan<bool> mask, int index)
    {
        int i = -1;
        for (; index >= 0; index--)
        {
            i += 1 + mask[(i + 1)..].IndexOf(true);
        }

        return i;
    }
}
