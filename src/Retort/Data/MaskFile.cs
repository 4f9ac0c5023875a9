using Retort.Imaging;

namespace Retort.Data;

/// <summary>Reads the masks that say where a test picture is defective.</summary>
internal static class MaskFile
{
    private const byte Half = 128;

    /// <summary>
    /// Reads a mask and brings it to working size as DeSTSeg's evaluation does: values as fractions of 255, torchvision's antialiased bilinear resize in floating
    /// point, and true from 0.5 up.
    /// </summary>
    /// <param name="path">The mask; bright is defective.</param>
    /// <param name="expectedWidth">The width of its picture before any resize, in pixels.</param>
    /// <param name="expectedHeight">The height of its picture before any resize, in pixels.</param>
    /// <param name="size">The side of the working size in pixels.</param>
    /// <returns><c>[size, size]</c>.</returns>
    /// <exception cref="ImageException">The file cannot be decoded.</exception>
    /// <exception cref="RetortException">The mask has another size than its picture, or is so dark that all of it would count as good.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static bool[] Load(string path, int expectedWidth, int expectedHeight, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        GreyImage mask = ImageFile.DecodeGrey(path);
        if (mask.Width != expectedWidth || mask.Height != expectedHeight)
        {
            throw new RetortException(
                $"{path}: the mask is {mask.Width} x {mask.Height} pixels but its picture {expectedWidth} x {expectedHeight}; make the mask anew at the picture's size.");
        }

        byte brightest = mask.Pixels.Max();
        if (brightest is > 0 and < Half)
        {
            throw new RetortException($"{path}: the brightest value of the mask is {brightest}, too dark to mark a defect; save masks as 0 for good and 255 for defective.");
        }

        var values = new float[mask.Pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = mask.Pixels[i] / 255f;
        }

        float[] resized = FloatResize.Bilinear(values, mask.Height, mask.Width, size, size);
        return Array.ConvertAll(resized, value => value >= 0.5f);
    }
}
