using Retort.Data;
using Retort.Evaluation;
using Retort.Imaging;

namespace Retort.Reports;

/// <summary>A picture as a report shows it: made small, its map and its mask beside it.</summary>
/// <param name="Test">Which one.</param>
/// <param name="Score">Its score.</param>
/// <param name="Width">The width of the picture as it was given, in pixels.</param>
/// <param name="Height">Its height.</param>
/// <param name="Jpeg">The picture as a JPEG file.</param>
/// <param name="Map">The levels of its map (<see cref="MapLevels"/>) as a grey PNG file; it stretches over the whole picture.</param>
/// <param name="Mask">White where it is defective, as a grey PNG file; null for a good picture, and where there is no mask.</param>
public sealed record ReportPicture(TestPicture Test, float Score, int Width, int Height, byte[] Jpeg, byte[] Map, byte[]? Mask)
{
    private const int LargestSide = 640;
    private const int SmallestSide = 192;

    /// <summary>Maps are computed at a quarter of a method's input size or less: half of the usual 256 shows all there is.</summary>
    private const int MapSide = 128;

    private const int MaskSide = 256;
    private const int Quality = 80;

    /// <summary>Bytes that the pictures of a page may take together; with maps, masks and the coding as text it is then some 20 MB at most.</summary>
    private const double PictureBudget = 10e6;

    /// <summary>Bytes that a pixel takes in a JPEG file of this quality, by experience.</summary>
    private const double BytesPerPixel = 0.22;

    /// <summary>Makes it.</summary>
    /// <param name="evaluated">The picture.</param>
    /// <param name="levels">How values of its map become levels.</param>
    /// <param name="side">The longest side of the picture on the page, in pixels.</param>
    internal static ReportPicture Create(EvaluatedPicture evaluated, MapLevels levels, int side)
    {
        RgbImage picture = evaluated.Picture;
        return new ReportPicture(
            evaluated.Test, evaluated.Score, picture.Width, picture.Height, ImageFile.EncodeJpeg(Shrink(picture, side), Quality), EncodeMap(evaluated, levels), EncodeMask(evaluated));
    }

    /// <summary>The longest side that keeps a page of so many pictures within its weight.</summary>
    internal static int SideFor(int pictures) => (int)Math.Clamp(Math.Sqrt(PictureBudget / BytesPerPixel / Math.Max(1, pictures)), SmallestSide, LargestSide);

    private static RgbImage Shrink(RgbImage picture, int side)
    {
        double scale = (double)side / Math.Max(picture.Width, picture.Height);
        return scale < 1 ? PillowResize.Bilinear(picture, Scaled(picture.Width), Scaled(picture.Height)) : picture;

        int Scaled(int length) => Math.Max(1, (int)Math.Round(length * scale));
    }

    private static byte[] EncodeMap(EvaluatedPicture evaluated, MapLevels levels)
    {
        (int width, int height) = (Math.Min(evaluated.Map.Width, MapSide), Math.Min(evaluated.Map.Height, MapSide));
        float[] values = FloatResize.Bilinear(evaluated.Map.Values, evaluated.Map.Height, evaluated.Map.Width, height, width);
        return ImageFile.EncodePng(new GreyImage(width, height, Array.ConvertAll(values, levels.Of)));
    }

    private static byte[]? EncodeMask(EvaluatedPicture evaluated)
    {
        if (evaluated.Mask is not { } mask)
        {
            return null;
        }

        (int width, int height) = (Math.Min(evaluated.Map.Width, MaskSide), Math.Min(evaluated.Map.Height, MaskSide));
        float[] values = FloatResize.Bilinear(Array.ConvertAll(mask, defective => defective ? 1f : 0f), evaluated.Map.Height, evaluated.Map.Width, height, width);
        return ImageFile.EncodePng(new GreyImage(width, height, Array.ConvertAll(values, value => value >= 0.5f ? byte.MaxValue : (byte)0)));
    }
}
