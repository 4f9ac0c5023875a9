namespace Retort.Imaging.Vips;

/// <summary>Encodes PNG and JPEG.</summary>
internal static unsafe class VipsEncoder
{
    /// <summary>The bytes of a PNG file.</summary>
    /// <param name="pixels"><c>[height, width, bands]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bands">1 for grey, 3 for RGB.</param>
    public static byte[] Png(byte[] pixels, int width, int height, int bands) => Encode("pngsave_target", pixels, width, height, bands, quality: null);

    /// <summary>The bytes of a JPEG file.</summary>
    /// <inheritdoc cref="Png"/>
    public static byte[] Jpeg(byte[] pixels, int width, int height, int bands, int quality) =>
        Encode("jpegsave_target", pixels, width, height, bands, quality);

    private static byte[] Encode(string saver, byte[] pixels, int width, int height, int bands, int? quality) => VipsSession.Run(() =>
    {
        fixed (byte* data = pixels)
        {
            using var image = new VipsHandle(VipsNative.NewImage(data, (nuint)pixels.Length, width, height, bands, VipsFormat.Byte), "memory");
            using var target = new VipsHandle(VipsNative.NewTarget(), "target");
            using var operation = new VipsOperation(saver);
            operation.Set("in", image);
            operation.Set("target", target);
            if (quality is { } q)
            {
                operation.Set("Q", q);
            }

            operation.Build();
            return Written(target);
        }
    });

    // What was written to a target in memory is its property "blob".
    private static byte[] Written(VipsHandle target)
    {
        GValue blob = default;
        VipsNative.InitValue(ref blob, VipsNative.TypeFromName("VipsBlob"));
        try
        {
            VipsNative.GetProperty(target.DangerousGetHandle(), "blob", ref blob);
            nint bytes = VipsNative.GetBlob(blob, out nuint length);
            return new ReadOnlySpan<byte>((void*)bytes, checked((int)length)).ToArray();
        }
        finally
        {
            VipsNative.UnsetValue(ref blob);
        }
    }
}
