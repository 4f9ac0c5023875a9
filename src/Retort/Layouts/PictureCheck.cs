using Retort.Data;
using Retort.Imaging;

namespace Retort.Layouts;

/// <summary>Finds out before hours of work whether pictures can be inspected as a layout says.</summary>
internal static class PictureCheck
{
    /// <summary>Reads every file once.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="layout">What of them counts.</param>
    /// <param name="size">The side of the detector's input.</param>
    /// <param name="policy">What to do about a file that cannot be used.</param>
    /// <param name="skipped">Is told each file that is left out, and why.</param>
    /// <param name="threads">How many pictures to read at a time, at the most; 0 for as many as there are cores.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="atLeastOne">Whether one of them must be left.</param>
    /// <returns>Those that can be used.</returns>
    /// <exception cref="ImageException">A file cannot be used and the policy is to stop.</exception>
    /// <exception cref="RetortException">None can be used, and one must.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<string> Usable(
        IReadOnlyList<string> paths,
        PictureLayout layout,
        int size,
        BadPicturePolicy policy,
        Action<string, ImageException> skipped,
        int threads,
        CancellationToken cancellation,
        bool atLeastOne = true)
    {
        var sweep = new PictureSweep(paths, threads, cancellation);
        sweep.ForEach(i => Check(paths[i], layout, size, cancellation));
        sweep.Settle(policy, skipped, atLeastOne);
        return [.. sweep.Good.Select(i => paths[i])];
    }

    private static void Check(string path, PictureLayout layout, int size, CancellationToken cancellation)
    {
        if (layout.Tiling is null)
        {
            RgbImage picture = ImageFile.Decode(path);
            var whole = new PictureArea(layout, picture.Width, picture.Height, path);
            if (whole.Mark(0, 0, (double)picture.Width / size, (double)picture.Height / size, new bool[size * size], size) == 0)
            {
                throw whole.NothingCounts();
            }

            return;
        }

        using RowReader rows = RowReader.Open(path);
        _ = new PictureArea(layout, rows.Width, rows.Height, path);
        byte[] row = new byte[rows.Width * 3];
        while (rows.Position < rows.Height)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Read(row);
        }
    }
}
