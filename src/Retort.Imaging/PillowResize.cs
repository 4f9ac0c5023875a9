using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Retort.Imaging;

/// <summary>
/// Bilinear resize, equal to the byte to Pillow's <c>Image.resize(size, BILINEAR)</c>: a triangle filter that is widened when the picture
/// shrinks (so it does not alias), as two passes, first along rows, then along columns, each rounded to 8 bits. A pass that would change
/// no length is left out.
/// </summary>
public static class PillowResize
{
    // Half a unit, so that the shift by FractionBits rounds. Weights are at least 0 and add up to 1 within some 2^-22, so a sum of 8-bit
    // samples stays below 2^31 and within 0..255 after the shift: nothing to clamp.
    private const int Half = 1 << (TriangleWeights.FractionBits - 1);

    /// <summary>Resizes an RGB picture.</summary>
    /// <param name="image">The picture; it is not changed.</param>
    /// <param name="width">The new width in pixels.</param>
    /// <param name="height">The new height in pixels.</param>
    /// <returns>A new picture, also when the size stays.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the result does not fit an array.</exception>
    public static RgbImage Bilinear(RgbImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        var resized = new RgbImage(width, height);
        new PillowResizer(image.Width, image.Height, width, height).Resize(image.Pixels, resized.Pixels);
        return resized;
    }

    /// <summary>Resizes a grey picture.</summary>
    /// <inheritdoc cref="Bilinear(RgbImage, int, int)"/>
    public static GreyImage Bilinear(GreyImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        var resized = new GreyImage(width, height);
        byte[] rows = image.Pixels;
        if (width != image.Width)
        {
            rows = height == image.Height ? resized.Pixels : new byte[checked(width * image.Height)];
            ResizeGreyRows(image, new TriangleWeights(image.Width, width), rows);
        }

        if (height != image.Height)
        {
            ResizeColumns(rows, width, new TriangleWeights(image.Height, height), resized.Pixels);
        }
        else if (width == image.Width)
        {
            rows.CopyTo(resized.Pixels, 0);
        }

        return resized;
    }

    /// <summary>The first pass over an RGB picture, along its rows.</summary>
    /// <param name="source"><c>[height, width, 3]</c>.</param>
    /// <param name="width">Pixels in a row of the source.</param>
    /// <param name="height">Rows.</param>
    /// <param name="weights">The weights of a row.</param>
    /// <param name="target">Takes <c>[height, new width, 3]</c>.</param>
    /// <param name="last">Memory for a row and a byte.</param>
    internal static void ResizeRgbRows(ReadOnlySpan<byte> source, int width, int height, in TriangleWeights weights, Span<byte> target, Span<byte> last)
    {
        int sourceStride = width * 3;
        int targetStride = weights.Length * 3;

        // A pixel is read as four bytes, which for the very last one is a byte too many: that row is read from a longer copy.
        source[((height - 1) * sourceStride)..].CopyTo(last);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = y == height - 1 ? last : source.Slice(y * sourceStride, sourceStride + 1);
            ResizeRgbRow(row, weights, target.Slice(y * targetStride, targetStride));
        }
    }

    private static void ResizeRgbRow(ReadOnlySpan<byte> row, in TriangleWeights weights, Span<byte> target)
    {
        for (int x = 0; x < weights.Length; x++)
        {
            ReadOnlySpan<int> taps = weights.Of(x);
            ref byte pixel = ref Unsafe.AsRef(in row.Slice(weights.First(x) * 3, (taps.Length * 3) + 1)[0]);
            Vector128<int> sum = Vector128.Create(Half);
            for (int k = 0; k < taps.Length; k++)
            {
                Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, k * 3))).AsByte();
                Vector128<int> samples = Vector128.WidenLower(Vector128.WidenLower(bytes).AsInt16());
                sum += samples * taps[k];
            }

            sum >>= TriangleWeights.FractionBits;
            target[3 * x] = (byte)sum[0];
            target[(3 * x) + 1] = (byte)sum[1];
            target[(3 * x) + 2] = (byte)sum[2];
        }
    }

    private static void ResizeGreyRows(GreyImage image, in TriangleWeights weights, byte[] target)
    {
        for (int y = 0, to = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * image.Width, image.Width);
            for (int x = 0; x < weights.Length; x++, to++)
            {
                ReadOnlySpan<int> taps = weights.Of(x);
                ReadOnlySpan<byte> samples = row.Slice(weights.First(x), taps.Length);
                int sum = Half;
                for (int k = 0; k < taps.Length; k++)
                {
                    sum += samples[k] * taps[k];
                }

                target[to] = (byte)(sum >> TriangleWeights.FractionBits);
            }
        }
    }

    /// <summary>The second pass, along columns, over samples of any kind.</summary>
    /// <param name="source"><c>[height, stride]</c>.</param>
    /// <param name="stride">Samples in a row.</param>
    /// <param name="weights">The weights of a column.</param>
    /// <param name="target">Takes <c>[new height, stride]</c>.</param>
    internal static void ResizeColumns(ReadOnlySpan<byte> source, int stride, in TriangleWeights weights, Span<byte> target)
    {
        for (int y = 0; y < weights.Length; y++)
        {
            ReadOnlySpan<int> taps = weights.Of(y);
            ReadOnlySpan<byte> rows = source.Slice(weights.First(y) * stride, taps.Length * stride);
            Span<byte> row = target.Slice(y * stride, stride);
            int x = 0;
            for (; x <= stride - Vector<byte>.Count; x += Vector<byte>.Count)
            {
                SumColumns(rows[x..], stride, taps, row[x..]);
            }

            for (; x < stride; x++)
            {
                int sum = Half;
                for (int k = 0; k < taps.Length; k++)
                {
                    sum += rows[(k * stride) + x] * taps[k];
                }

                row[x] = (byte)(sum >> TriangleWeights.FractionBits);
            }
        }
    }

    // One vector's width of columns: the four sums stay in registers while the rows go by.
    private static void SumColumns(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> taps, Span<byte> target)
    {
        Vector<uint> a = new(Half), b = a, c = a, d = a;
        for (int k = 0; k < taps.Length; k++)
        {
            Vector.Widen(new Vector<byte>(rows[(k * stride)..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            uint tap = (uint)taps[k];
            a += first * tap;
            b += second * tap;
            c += third * tap;
            d += fourth * tap;
        }

        Vector<ushort> lower = Vector.Narrow(a >> TriangleWeights.FractionBits, b >> TriangleWeights.FractionBits);
        Vector<ushort> upper = Vector.Narrow(c >> TriangleWeights.FractionBits, d >> TriangleWeights.FractionBits);
        Vector.Narrow(lower, upper).CopyTo(target);
    }
}
