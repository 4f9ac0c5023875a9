using System.Globalization;
using System.Text;

namespace OnnxConsumer;

/// <summary>A picture from a binary PPM file (<c>P6</c>, 8 bits), so that the sample needs no image library. Use the one of your program instead.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Rgb"><c>[Height, Width, 3]</c>.</param>
internal sealed record PixMap(int Width, int Height, byte[] Rgb)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a picture.</exception>
    public static PixMap Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int at = 0;
        string[] head = [Word(), Word(), Word(), Word()];
        if (head[0] == "P6" && head[3] == "255"
            && int.TryParse(head[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && int.TryParse(head[2], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && bytes.Length - at == 3L * width * height)
        {
            return new PixMap(width, height, bytes[at..]);
        }

        throw new InvalidDataException($"{path}: this is not a binary PPM picture of 8 bits; convert it, for instance: vips copy part.png part.ppm");

        // One byte of white space ends a word; comments are not understood.
        string Word()
        {
            var word = new StringBuilder();
            for (; at < bytes.Length && !char.IsWhiteSpace((char)bytes[at]); at++)
            {
                word.Append((char)bytes[at]);
            }

            at++;
            return word.ToString();
        }
    }
}
