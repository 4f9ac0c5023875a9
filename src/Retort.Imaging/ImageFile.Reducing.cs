namespace Retort.Imaging;

public static partial class ImageFile
{
    /// <summary>
    /// Reads a picture of any size that <see cref="RowReader"/> reads, to be looked at: made smaller while it is read, so that never all of it is in
    /// memory, by the means of squares of pixels and then by <see cref="PillowResize"/>. A picture that is no larger comes as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="longestSide">The longest side of the result in pixels; width and height keep their ratio.</param>
    /// <exception cref="ImageException">The file cannot be read, is not a picture, is damaged or too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public static RgbImage DecodeReduced(string path, int longestSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longestSide, 1);
        using RowReader rows = RowReader.Open(path);

        // The means stay at least twice as fine as the result, so that the resize has something to filter.
        int longest = Math.Max(rows.Width, rows.Height);
        RgbImage means = ReadMeans(rows, Math.Max(1, longest / (2 * longestSide)));
        double scale = Math.Min(1, (double)longestSide / longest);
        int width = Math.Max(1, (int)(rows.Width * scale));
        int height = Math.Max(1, (int)(rows.Height * scale));
        return (width, height) == (means.Width, means.Height) ? means : PillowResize.Bilinear(means, width, height);
    }

    // The mean of each square of pixels; those at the right and lower edge may be cut.
    private static RgbImage ReadMeans(RowReader rows, int side)
    {
        var means = new RgbImage((rows.Width + side - 1) / side, (rows.Height + side - 1) / side);
        byte[] row = new byte[rows.Width * 3];
        int[] sums = new int[means.Width * 3];
        for (int y = 0; y < means.Height; y++)
        {
            int height = Math.Min(side, rows.Height - (y * side));
            Array.Clear(sums);
            for (int i = 0; i < height; i++)
            {
                rows.Read(row);
                for (int from = 0; from < row.Length; from++)
                {
                    sums[(from / 3 / side * 3) + (from % 3)] += row[from];
                }
            }

            for (int i = 0; i < sums.Length; i++)
            {
                int pixels = Math.Min(side, rows.Width - (i / 3 * side)) * height;
                means.Pixels[(y * sums.Length) + i] = (byte)((sums[i] + (pixels / 2)) / pixels);
            }
        }

        return means;
    }
}
