using Retort.Detectors;
using Retort.Imaging;
using Retort.Networks.Weights;

namespace Retort.Cli.Verbs;

/// <summary>Writes what <c>inspect --out</c> is to leave: an overlay and a map a picture.</summary>
internal sealed class InspectOutput(string folder, Thresholds thresholds)
{
    /// <summary>Overlays are to be looked at; larger pictures are shown at this size.</summary>
    public const int LongestSide = 1600;

    /// <summary>
    /// Writes <c>NAME.jpg</c> (the picture, under its heat map, with the outline of its regions) and <c>NAME.npy</c> (the map).
    /// </summary>
    /// <exception cref="RetortException">The folder cannot be made.</exception>
    public void Write(string name, RgbImage picture, AnomalyMap map)
    {
        string path = Path.Combine(folder, name);
        OutputFolder.Make($"--out {folder}", Path.GetDirectoryName(path)!);
        NpyFile.Write(path + ".npy", map.Values, map.Height, map.Width);
        ImageFile.WriteJpeg(path + ".jpg", Overlay(picture, map));
    }

    private RgbImage Overlay(RgbImage picture, AnomalyMap map)
    {
        double scale = Math.Min(1, (double)LongestSide / Math.Max(picture.Width, picture.Height));
        int width = Math.Max(1, (int)(picture.Width * scale));
        int height = Math.Max(1, (int)(picture.Height * scale));
        RgbImage shown = scale < 1 ? PillowResize.Bilinear(picture, width, height) : picture;
        float[] values = FloatResize.Bilinear(map.Values, map.Height, map.Width, height, width);

        // One scale for all pictures of a detector, the threshold in its middle, so that they can be compared.
        float low = Math.Min(0, thresholds.Pixel);
        float high = Math.Max(2 * thresholds.Pixel, MathF.BitIncrement(low));
        return Imaging.Overlay.Panels(shown, values, low, high, thresholds.Pixel);
    }
}
