namespace Retort.Imaging;

/// <summary>Turns and mirrors pictures: the eight orientations of EXIF, of which quarter turns are three.</summary>
internal static class Orient
{
    /// <summary>Whether an orientation exchanges width and height.</summary>
    public static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>The picture as it is meant to be seen.</summary>
    /// <param name="image">The picture as it is stored.</param>
    /// <param name="orientation">The EXIF orientation, 1 to 8; with 1 the picture itself is returned.</param>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation == 1)
        {
            return image;
        }

        bool swaps = SwapsSides(orientation);
        var upright = new RgbImage(swaps ? image.Height : image.Width, swaps ? image.Width : image.Height);
        byte[] source = image.Pixels;
        byte[] target = upright.Pixels;
        var walk = new Walk(image.Width, image.Height, orientation);
        for (int y = 0, to = 0; y < upright.Height; y++)
        {
            int from = walk.RowStart(y);
            for (int x = 0; x < upright.Width; x++, to += 3, from += walk.Step)
            {
                target[to] = source[3 * from];
                target[to + 1] = source[(3 * from) + 1];
                target[to + 2] = source[(3 * from) + 2];
            }
        }

        return upright;
    }

    /// <inheritdoc cref="Apply(RgbImage, int)"/>
    public static GreyImage Apply(GreyImage image, int orientation)
    {
        if (orientation == 1)
        {
            return image;
        }

        bool swaps = SwapsSides(orientation);
        var upright = new GreyImage(swaps ? image.Height : image.Width, swaps ? image.Width : image.Height);
        var walk = new Walk(image.Width, image.Height, orientation);
        for (int y = 0, to = 0; y < upright.Height; y++)
        {
            int from = walk.RowStart(y);
            for (int x = 0; x < upright.Width; x++, to++, from += walk.Step)
            {
                upright.Pixels[to] = image.Pixels[from];
            }
        }

        return upright;
    }

    /// <summary>Which stored pixel comes next while an upright picture is filled row by row.</summary>
    private readonly struct Walk
    {
        private readonly int _start;
        private readonly int _down;

        public Walk(int width, int height, int orientation)
        {
            int lastColumn = width - 1;
            int lastRow = (height - 1) * width;
            (_start, Step, _down) = orientation switch
            {
                2 => (lastColumn, -1, width),
                3 => (lastColumn + lastRow, -1, -width),
                4 => (lastRow, 1, -width),
                5 => (0, width, 1),
                6 => (lastRow, -width, 1),
                7 => (lastColumn + lastRow, -width, -1),
                8 => (lastColumn, width, -1),
                _ => (0, 1, width),
            };
        }

        public int Step { get; }

        public int RowStart(int y) => _start + (y * _down);
    }
}
