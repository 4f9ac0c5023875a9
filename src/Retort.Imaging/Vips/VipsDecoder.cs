namespace Retort.Imaging.Vips;

/// <summary>Decodes whole pictures from the bytes of their files.</summary>
internal static unsafe class VipsDecoder
{
    /// <summary>The sides of a picture as it is meant to be seen.</summary>
    /// <exception cref="VipsException">The header cannot be read.</exception>
    public static (int Width, int Height) ReadSize(ReadOnlySpan<byte> bytes, PictureFormat format)
    {
        fixed (byte* start = bytes)
        {
            byte* data = start;
            nuint length = (nuint)bytes.Length;
            return VipsSession.Run(() =>
            {
                using VipsHandle image = Open(data, length, format, VipsStrictness.Errors);
                nint handle = image.DangerousGetHandle();
                (int width, int height) = (VipsNative.GetWidth(handle), VipsNative.GetHeight(handle));
                return Orient.SwapsSides(VipsNative.GetOrientation(handle)) ? (height, width) : (width, height);
            });
        }
    }

    /// <summary>Decodes a whole picture.</summary>
    /// <exception cref="ImageException">The picture is too large or of a kind that is not read.</exception>
    /// <exception cref="VipsException">The picture is damaged.</exception>
    public static DecodedPixels Decode(ReadOnlySpan<byte> bytes, PictureFormat format, string name, ImageLimits limits)
    {
        fixed (byte* start = bytes)
        {
            byte* data = start;
            nuint length = (nuint)bytes.Length;
            try
            {
                return VipsSession.Run(() => Decode(data, length, format, VipsLoader.StrictestOf(format), name, limits));
            }
            catch (VipsException e) when (VipsLoader.IsOnlyPadding(format, e))
            {
                return VipsSession.Run(() => Decode(data, length, format, VipsStrictness.Errors, name, limits));
            }
        }
    }

    private static DecodedPixels Decode(byte* data, nuint length, PictureFormat format, VipsStrictness strictness, string name, ImageLimits limits)
    {
        using VipsHandle image = Open(data, length, format, strictness);
        nint handle = image.DangerousGetHandle();
        (int width, int height) = (VipsNative.GetWidth(handle), VipsNative.GetHeight(handle));
        limits.Check(name, width, height);
        VipsSamples kind = VipsSamples.Of(handle, name);
        byte[] samples = new byte[checked(width * height * kind.PixelBytes)];
        fixed (byte* pixels = samples)
        {
            using var memory = new VipsHandle(VipsNative.NewImage(pixels, (nuint)samples.Length, width, height, kind.Bands, kind.Format), "memory");
            if (VipsNative.WriteImage(handle, memory.DangerousGetHandle()) != 0)
            {
                throw new VipsException(VipsSession.TakeErrors());
            }
        }

        return new DecodedPixels(width, height, kind.Layout, kind.TakeHighBytes(samples), VipsNative.GetOrientation(handle));
    }

    private static VipsHandle Open(byte* data, nuint length, PictureFormat format, VipsStrictness strictness)
    {
        using var source = new VipsHandle(VipsNative.NewSource(data, length), "source");
        return VipsLoader.Open(source, format, strictness);
    }
}
