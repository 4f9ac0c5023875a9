using System.Diagnostics.CodeAnalysis;
using Retort.Imaging.Vips;

namespace Retort.Imaging;

/// <summary>
/// Reads and writes picture files. Read are PNG, JPEG, TIFF, WebP, GIF (the first frame) and BMP, told apart by their content; written
/// are PNG and JPEG. Safe to use from several threads.
/// </summary>
/// <remarks>
/// Whatever a file holds becomes 8-bit RGB as with Pillow's <c>convert("RGB")</c>: grey is repeated, palettes are looked up, alpha is
/// dropped (not blended with a background), CMYK becomes RGB by its plain formula. Where Pillow does something less useful this does not
/// follow it: the EXIF orientation is applied, and of 16-bit samples the high byte is kept (Pillow clips 16-bit grey at 255). Colour
/// profiles are ignored: samples are taken for sRGB. A damaged or incomplete file is an error, never a partly grey picture.
/// </remarks>
public static partial class ImageFile
{
    internal const string NamelessPicture = "The picture";

    // The header of a PNG or JPEG file, with room for EXIF data, is within its first bytes; a WebP may keep its EXIF data at its end.
    private const int UsualHeaderBytes = 64 * 1024;

    private const int BlockBytes = 81920;

    /// <summary>Reads a picture as RGB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The largest picture that is read; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="ImageException">The file cannot be read, is not a picture, is damaged or too large.</exception>
    public static RgbImage Decode(string path, ImageLimits? limits = null) => DecodePixels(ReadFile(path, limits), path, limits).ToRgb();

    /// <summary>Reads a picture as RGB from a stream, up to its end.</summary>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="name">What messages call the picture.</param>
    /// <param name="limits">The largest picture that is read; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="ImageException">The stream cannot be read, or holds no picture, a damaged one or one that is too large.</exception>
    public static RgbImage Decode(Stream stream, string name = NamelessPicture, ImageLimits? limits = null) =>
        DecodePixels(ReadStream(stream, name, limits), name, limits).ToRgb();

    /// <summary>Reads a picture as RGB from the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call the picture.</param>
    /// <param name="limits">The largest picture that is read; <see cref="ImageLimits.Default"/> when null.</param>
    /// <exception cref="ImageException">The bytes are no picture, a damaged one or one that is too large.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string name = NamelessPicture, ImageLimits? limits = null) =>
        DecodePixels(bytes, name, limits).ToRgb();

    /// <summary>Reads the bytes of a picture file from a stream, up to its end, without holding a thread while the stream has none.</summary>
    /// <param name="stream">The stream, a request's body for instance; it is left open.</param>
    /// <param name="name">What messages call the picture.</param>
    /// <param name="limits">The most bytes that are read; <see cref="ImageLimits.Default"/> when null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImageException">The stream cannot be read, or has more bytes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, string name = NamelessPicture, ImageLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long largest = LargestFile(limits);
        try
        {
            using var copy = new MemoryStream();
            byte[] block = new byte[BlockBytes];
            for (int read; (read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                Append(copy, block.AsSpan(0, read), name, largest);
            }

            return copy.ToArray();
        }
        catch (IOException e) when (e is not ImageException)
        {
            throw Unreadable(name, e);
        }
    }

    /// <summary>Reads a picture as RGB from the bytes of a file, where it is no surprise that some are no pictures: uploads, for instance.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="picture">The picture, if it could be read.</param>
    /// <param name="problem">If not, one sentence: what is wrong and what to do.</param>
    /// <param name="name">What the sentence calls the picture.</param>
    /// <param name="limits">The largest picture that is read; <see cref="ImageLimits.Default"/> when null.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out RgbImage? picture,
        [NotNullWhen(false)] out string? problem,
        string name = NamelessPicture,
        ImageLimits? limits = null)
    {
        try
        {
            (picture, problem) = (Decode(bytes, name, limits), null);
            return true;
        }
        catch (ImageException failure)
        {
            (picture, problem) = (null, failure.Message);
            return false;
        }
    }

    /// <summary>
    /// Reads a picture as one channel, a mask for example. Colour becomes grey as with Pillow's <c>convert("L")</c>:
    /// <c>(R * 19595 + G * 38470 + B * 7471 + 0x8000) >> 16</c>.
    /// </summary>
    /// <inheritdoc cref="Decode(string, ImageLimits)" path="/param|/exception"/>
    public static GreyImage DecodeGrey(string path, ImageLimits? limits = null) => DecodePixels(ReadFile(path, limits), path, limits).ToGrey();

    /// <summary>Reads a picture as one channel from a stream, up to its end; see <see cref="DecodeGrey(string, ImageLimits)"/>.</summary>
    /// <inheritdoc cref="Decode(Stream, string, ImageLimits)" path="/param|/exception"/>
    public static GreyImage DecodeGrey(Stream stream, string name = NamelessPicture, ImageLimits? limits = null) =>
        DecodePixels(ReadStream(stream, name, limits), name, limits).ToGrey();

    /// <summary>Reads a picture as one channel from the bytes of a file; see <see cref="DecodeGrey(string, ImageLimits)"/>.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, ImageLimits)" path="/param|/exception"/>
    public static GreyImage DecodeGrey(ReadOnlySpan<byte> bytes, string name = NamelessPicture, ImageLimits? limits = null) =>
        DecodePixels(bytes, name, limits).ToGrey();

    /// <summary>The sides of a picture as <see cref="Decode(string, ImageLimits)"/> would return it, without decoding it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ImageException">The file cannot be read, is not a picture or has a damaged header.</exception>
    public static (int Width, int Height) ReadSize(string path)
    {
        byte[] header = ReadFile(path, limits: null, UsualHeaderBytes);
        if (PictureSignature.Recognise(header) is PictureFormat.Png or PictureFormat.Jpeg)
        {
            try
            {
                return VipsDecoder.ReadSize(header, PictureSignature.Recognise(header));
            }
            catch (VipsException)
            {
                // A long header: the whole file, below, says whether it is also a damaged one.
            }
        }

        byte[] bytes = ReadFile(path, limits: null);
        PictureFormat format = Recognise(bytes, path);
        try
        {
            return format == PictureFormat.Bmp ? BmpReader.ReadSize(bytes, path) : VipsDecoder.ReadSize(bytes, format);
        }
        catch (VipsException e)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>What kind of picture a file is, by its first bytes.</summary>
    /// <exception cref="ImageException">The file cannot be read or is none of those that are read.</exception>
    internal static PictureFormat RecogniseFile(string path) => Recognise(ReadFile(path, limits: null, PictureSignature.Length), path);

    private static DecodedPixels DecodePixels(ReadOnlySpan<byte> bytes, string name, ImageLimits? limits)
    {
        PictureFormat format = Recognise(bytes, name);
        try
        {
            return format == PictureFormat.Bmp
                ? BmpReader.Decode(bytes, name, limits ?? ImageLimits.Default)
                : VipsDecoder.Decode(bytes, format, name, limits ?? ImageLimits.Default);
        }
        catch (VipsException e)
        {
            throw Damaged(name, e);
        }
    }

    private static PictureFormat Recognise(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
        {
            throw new ImageException($"{name} is empty: copy it again or leave it out.");
        }

        PictureFormat format = PictureSignature.Recognise(bytes);
        return format != PictureFormat.Unknown
            ? format
            : throw new ImageException($"{name} is not a PNG, JPEG, TIFF, WebP, GIF or BMP picture: convert it to one of these or leave it out.");
    }

    internal static ImageException Damaged(string name, VipsException e) =>
        new($"{name} is damaged or cut short ({e.Message}): copy it again or leave it out.", e);

    private static byte[] ReadFile(string path, ImageLimits? limits, int atMost = int.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return ReadStream(stream, path, limits, atMost);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageException($"{path} does not exist: check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Directory.Exists(path)
                ? new ImageException($"{path} is a folder, not a picture: name a file in it.", e)
                : new ImageException($"{path} may not be read by this user: change its permissions.", e);
        }
        catch (Exception e) when (e is IOException and not ImageException or ArgumentException or NotSupportedException)
        {
            throw new ImageException($"{path} cannot be read ({OneLine(e)}): check the path and the disk.", e);
        }
    }

    private static byte[] ReadStream(Stream stream, string name, ImageLimits? limits, int atMost = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long largest = LargestFile(limits);
        try
        {
            if (stream.CanSeek)
            {
                long length = Math.Min(stream.Length - stream.Position, atMost);
                byte[] bytes = length <= largest ? GC.AllocateUninitializedArray<byte>((int)Math.Max(length, 0)) : throw TooLong(name, largest);
                stream.ReadExactly(bytes);
                return bytes;
            }

            using var copy = new MemoryStream();
            byte[] block = new byte[BlockBytes];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                Append(copy, block.AsSpan(0, read), name, largest);
            }

            return copy.ToArray();
        }
        catch (IOException e) when (e is not ImageException)
        {
            throw Unreadable(name, e);
        }
    }

    private static void Append(MemoryStream copy, ReadOnlySpan<byte> block, string name, long largest)
    {
        if (copy.Length + block.Length > largest)
        {
            throw TooLong(name, largest);
        }

        copy.Write(block);
    }

    private static ImageException Unreadable(string name, IOException e) =>
        new($"{name} cannot be read ({OneLine(e)}): check the disk or the connection and try again.", e);

    private static long LargestFile(ImageLimits? limits) => Math.Min((limits ?? ImageLimits.Default).MaxFileBytes, Array.MaxLength);

    private static ImageException TooLong(string name, long largest) =>
        new($"{name} has more bytes than the limit of {largest}: make the picture smaller or leave it out.");

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
