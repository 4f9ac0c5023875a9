namespace Retort.Imaging;

/// <summary>Pictures for people: a map blended over its picture, its outline, panels side by side. All return new pictures.</summary>
public static class Overlay
{
    /// <summary>The colour of outlines: a light green that no colour of <see cref="HeatMap"/> comes near.</summary>
    public static (byte R, byte G, byte B) OutlineColor => (57, 255, 136);

    /// <summary>Blends two pictures.</summary>
    /// <param name="picture">The picture below.</param>
    /// <param name="over">The picture above, of the same size.</param>
    /// <param name="opacity">0 shows only <paramref name="picture"/>, 1 only <paramref name="over"/>.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opacity"/> is outside 0 to 1.</exception>
    public static RgbImage Blend(RgbImage picture, RgbImage over, double opacity)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(over);
        if (!(opacity >= 0 && opacity <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "The opacity must be from 0 to 1.");
        }

        if (picture.Width != over.Width || picture.Height != over.Height)
        {
            throw new ArgumentException($"The pictures differ in size: {picture.Width} x {picture.Height} and {over.Width} x {over.Height}.", nameof(over));
        }

        var blended = new RgbImage(picture.Width, picture.Height);
        const int one = 1 << 16;
        int upper = (int)((opacity * one) + 0.5);
        for (int i = 0; i < blended.Pixels.Length; i++)
        {
            blended.Pixels[i] = (byte)(((picture.Pixels[i] * (one - upper)) + (over.Pixels[i] * upper) + (one / 2)) >> 16);
        }

        return blended;
    }

    /// <summary>Draws the outline of the regions where a map reaches a threshold: their pixels nearest to the edge, inside.</summary>
    /// <param name="picture">The picture to draw on; it is not changed.</param>
    /// <param name="map"><c>[Height, Width]</c> of the picture.</param>
    /// <param name="threshold">A region is where <c>map >= threshold</c>.</param>
    /// <param name="thickness">The width of the line, in pixels. The border of the picture is no edge.</param>
    /// <param name="color">The colour of the line; <see cref="OutlineColor"/> when null.</param>
    /// <exception cref="ArgumentException">The map has another size than the picture.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="thickness"/> is below 1.</exception>
    public static RgbImage Contour(RgbImage picture, ReadOnlySpan<float> map, float threshold, int thickness = 1, (byte R, byte G, byte B)? color = null)
    {
        CheckSize(picture, map);
        ArgumentOutOfRangeException.ThrowIfLessThan(thickness, 1);
        (int width, int height) = (picture.Width, picture.Height);
        bool[] region = new bool[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            region[i] = map[i] >= threshold;
        }

        // Peeling a region layer by layer: what falls off is the line.
        var outlined = new RgbImage(width, height, (byte[])picture.Pixels.Clone());
        bool[] core = region;
        for (int layer = 0; layer < thickness; layer++)
        {
            core = Erode(core, width, height);
        }

        (byte r, byte g, byte b) = color ?? OutlineColor;
        for (int i = 0; i < region.Length; i++)
        {
            if (region[i] && !core[i])
            {
                (outlined.Pixels[3 * i], outlined.Pixels[(3 * i) + 1], outlined.Pixels[(3 * i) + 2]) = (r, g, b);
            }
        }

        return outlined;
    }

    /// <summary>Puts pictures of one height in a row, with a gap of black between them.</summary>
    /// <param name="gap">The width of the gap, in pixels.</param>
    /// <param name="pictures">At least one picture.</param>
    /// <exception cref="ArgumentException">There are none, or their heights differ.</exception>
    public static RgbImage SideBySide(int gap, params ReadOnlySpan<RgbImage> pictures)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (pictures.IsEmpty)
        {
            throw new ArgumentException("There are no pictures to put side by side.", nameof(pictures));
        }

        int width = gap * (pictures.Length - 1);
        foreach (RgbImage picture in pictures)
        {
            width = checked(width + picture.Width);
            if (picture.Height != pictures[0].Height)
            {
                throw new ArgumentException($"The pictures differ in height: {pictures[0].Height} and {picture.Height}.", nameof(pictures));
            }
        }

        var row = new RgbImage(width, pictures[0].Height);
        int left = 0;
        foreach (RgbImage picture in pictures)
        {
            for (int y = 0; y < picture.Height; y++)
            {
                picture.Pixels.AsSpan(y * picture.Width * 3, picture.Width * 3).CopyTo(row.Pixels.AsSpan(((y * width) + left) * 3));
            }

            left += picture.Width + gap;
        }

        return row;
    }

    /// <summary>The three views of an inspected picture side by side: as it is, under its heat map, with the outline of what was found.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="map"><c>[Height, Width]</c> of the picture.</param>
    /// <param name="low">The value of the darkest colour.</param>
    /// <param name="high">The value of the lightest colour, above <paramref name="low"/>.</param>
    /// <param name="threshold">The outline is that of <c>map >= threshold</c>.</param>
    /// <param name="opacity">Of the heat map over the picture, 0 to 1.</param>
    /// <exception cref="ArgumentException">The map has another size than the picture, or the range is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opacity"/> is outside 0 to 1.</exception>
    public static RgbImage Panels(RgbImage picture, ReadOnlySpan<float> map, float low, float high, float threshold, double opacity = 0.5)
    {
        CheckSize(picture, map);
        RgbImage heat = HeatMap.Render(map, picture.Width, picture.Height, low, high);
        const int pixelsPerLine = 256;
        int thickness = Math.Max(1, Math.Min(picture.Width, picture.Height) / pixelsPerLine);
        return SideBySide(4, picture, Blend(picture, heat, opacity), Contour(picture, map, threshold, thickness));
    }

    private static void CheckSize(RgbImage picture, ReadOnlySpan<float> map)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (map.Length != picture.Width * picture.Height)
        {
            throw new ArgumentException($"A map of {picture.Width} x {picture.Height} has {picture.Width * picture.Height} values, not {map.Length}.", nameof(map));
        }
    }

    // What is left of a region without the pixels that have a neighbour outside of it, diagonals included.
    private static bool[] Erode(bool[] region, int width, int height)
    {
        bool[] left = new bool[region.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bool inside = true;
                for (int v = Math.Max(y - 1, 0); inside && v <= Math.Min(y + 1, height - 1); v++)
                {
                    for (int u = Math.Max(x - 1, 0); u <= Math.Min(x + 1, width - 1); u++)
                    {
                        inside &= region[(v * width) + u];
                    }
                }

                left[(y * width) + x] = inside;
            }
        }

        return left;
    }
}
